"""What events ask of whoever enrolls, and the answers."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_QUESTIONS, _ANSWERS, _FILES, _POLICIES = "event_questions", "enrollment_answers", "answer_files", "event_policies"
_KINDS = ("short_text", "long_text", "number", "one_of", "several_of", "yes_no", "agreement", "date", "phone", "file")
_MOMENTS, _READERS = ("sign_up", "later", "door"), ("organizers", "desk", "teachers")


def _words(column, values):
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{_QUESTIONS}_{column}"))


def upgrade() -> None:
    op.add_column(_POLICIES, sa.Column("has_questions", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(_POLICIES, sa.Column("answers_due_at", _INSTANT))
    op.create_table(
        _QUESTIONS,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("wording", sa.String(200), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.String(20), nullable=False),
        sa.Column("seen_by", sa.String(20), nullable=False),
        sa.Column("kept_days", sa.Integer()),
        sa.Column("shown_if_id", _ID),
        sa.Column("shown_if_answer", sa.String(120)),
        sa.Column("replaces_id", _ID),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("retired_at", _INSTANT),
        _words("kind", _KINDS),
        _words("asked", _MOMENTS),
        _words("seen_by", _READERS),
        sa.CheckConstraint("kept_days IS NULL OR kept_days IN (30, 90, 365)", name=op.f(f"ck_{_QUESTIONS}_kept_days")),
        sa.CheckConstraint(
            "(shown_if_id IS NULL) = (shown_if_answer IS NULL)", name=op.f(f"ck_{_QUESTIONS}_condition_whole")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=f"fk_{_QUESTIONS}_event_id"),
        sa.ForeignKeyConstraint(["shown_if_id"], [f"{_QUESTIONS}.id"], name=f"fk_{_QUESTIONS}_shown_if_id"),
        sa.ForeignKeyConstraint(["replaces_id"], [f"{_QUESTIONS}.id"], name=f"fk_{_QUESTIONS}_replaces_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_QUESTIONS}"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_questions_event", _QUESTIONS, ["event_id", "position"])
    for column in ("shown_if_id", "replaces_id"):
        op.create_index(f"ix_{_QUESTIONS}_{column}", _QUESTIONS, [column])
    op.create_table(
        _ANSWERS,
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("question_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=False),
        sa.Column("answered_by_id", _ID),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=f"fk_{_ANSWERS}_enrollment_id"),
        sa.ForeignKeyConstraint(["question_id"], [f"{_QUESTIONS}.id"], name=f"fk_{_ANSWERS}_question_id"),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=f"fk_{_ANSWERS}_answered_by_id"),
        sa.PrimaryKeyConstraint("enrollment_id", "question_id", "number", name=f"pk_{_ANSWERS}"),
    )
    for column in ("question_id", "answered_by_id"):
        op.create_index(f"ix_{_ANSWERS}_{column}", _ANSWERS, [column])
    op.create_table(
        _FILES,
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("question_id", _ID, nullable=False),
        sa.Column("mimetype", sa.String(40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=f"fk_{_FILES}_enrollment_id"),
        sa.ForeignKeyConstraint(["question_id"], [f"{_QUESTIONS}.id"], name=f"fk_{_FILES}_question_id"),
        sa.PrimaryKeyConstraint("enrollment_id", "question_id", name=f"pk_{_FILES}"),
    )
    op.create_index(f"ix_{_FILES}_question_id", _FILES, ["question_id"])


def downgrade() -> None:
    answers = op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {_ANSWERS}"))  # noqa: S608
    if answers:
        raise RuntimeError(f"{answers} answers of people are kept: older versions lose them")
    for table in (_FILES, _ANSWERS, _QUESTIONS):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for column in ("has_questions", "answers_due_at"):
            op.drop_column(_POLICIES, column)
    else:
        drop_columns(op.get_bind(), _POLICIES, ["has_questions", "answers_due_at"])
