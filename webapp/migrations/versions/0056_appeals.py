"""Appeals against a no-show, with a picture and notes, and who decides them."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import allow_words, drop_columns, forbid_words

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_APPEALS, _PICTURES, _NOTES = "appeals", "appeal_pictures", "appeal_notes"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_POINTING = {
    "event_id": "events",
    "enrollment_id": "enrollments",
    "filed_by_id": "users",
    "decided_by_id": "users",
}
_OUTCOMES = "'open', 'granted', 'declined', 'lapsed', 'withdrawn', 'overtaken'"
_CHECKS = {
    "outcome": f"outcome IN ({_OUTCOMES})",
    "ended_has_time": "(outcome = 'open') = (ended_at IS NULL)",
    "decided_by_somebody": "(outcome IN ('granted', 'declined')) = (decided_by_id IS NOT NULL)",
    "open_for_some_time": "decided_until > filed_at",
}
#: Table, column -> the words that are new.
_NEW_WORDS = {
    ("notifications", "type"): ("appeal_granted", "appeal_declined", "appeal_lapsed"),
    ("outbox_events", "kind"): ("AppealGranted", "AppealDeclined", "AppealLapsed"),
}


def upgrade() -> None:
    bind = op.get_bind()
    _make_appeals()
    op.create_table(
        _PICTURES,
        sa.Column("appeal_id", _ID, nullable=False),
        sa.Column("mimetype", sa.String(40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], [f"{_APPEALS}.id"], name=f"fk_{_PICTURES}_appeal_id"),
        sa.PrimaryKeyConstraint("appeal_id", name=f"pk_{_PICTURES}"),
    )
    op.create_table(
        _NOTES,
        sa.Column("id", _ID, nullable=False),
        sa.Column("appeal_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], [f"{_APPEALS}.id"], name=f"fk_{_NOTES}_appeal_id"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=f"fk_{_NOTES}_author_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_NOTES}"),
        sqlite_autoincrement=True,
    )
    for column in ("appeal_id", "author_id"):
        op.create_index(f"ix_{_NOTES}_{column}", _NOTES, [column])
    op.add_column(
        "organizations",
        sa.Column("organizers_decide_appeals", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for (table, column), words in _NEW_WORDS.items():
        allow_words(bind, table, column, words)


def _make_appeals() -> None:
    op.create_table(
        _APPEALS,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("filed_at", _AT, nullable=False),
        sa.Column("filed_by_id", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("came_at", _AT, nullable=True),
        sa.Column("decided_until", _AT, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("settled_version", sa.Integer(), nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"ck_{_APPEALS}_{name}")) for name, check in _CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_APPEALS}_{column}")
            for column, table in _POINTING.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_APPEALS}"),
        sqlite_autoincrement=True,
    )
    for name, columns, is_unique, where in (
        ("uq_appeals_enrollment", ["enrollment_id"], True, "outcome NOT IN ('withdrawn', 'overtaken')"),
        ("ix_appeals_open", ["decided_until"], False, "outcome = 'open'"),
    ):
        condition = sa.text(where)
        op.create_index(name, _APPEALS, columns, unique=is_unique, sqlite_where=condition, postgresql_where=condition)
    for column in _POINTING:
        op.create_index(f"ix_{_APPEALS}_{column}", _APPEALS, [column])


def downgrade() -> None:
    bind = op.get_bind()
    for (table, column), words in _NEW_WORDS.items():
        named = ", ".join(f"'{word}'" for word in words)
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({named})")
        forbid_words(bind, table, column, words)
    drop_columns(bind, "organizations", ["organizers_decide_appeals"])
    for table in (_NOTES, _PICTURES, _APPEALS):
        op.drop_table(table)
