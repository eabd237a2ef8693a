"""Files of people that are read into an event in the background."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_STATUSES = "'uploaded', 'running', 'stopped', 'done', 'failed'"
_TRIGGERS = "'user', 'organizer', 'admin', 'system'"


def upgrade() -> None:
    op.create_table(
        "people_imports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("created_by_id", _ID, nullable=False),
        sa.Column("acts_as", sa.String(20), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("is_stop_asked", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(60)),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("started_at", _INSTANT),
        sa.Column("finished_at", _INSTANT),
        sa.Column("data", sa.LargeBinary()),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name=op.f("ck_people_imports_status")),
        sa.CheckConstraint(f"acts_as IN ({_TRIGGERS})", name=op.f("ck_people_imports_acts_as")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_people_imports_event_id"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_people_imports_created_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_people_imports"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_people_imports_event_id", "people_imports", ["event_id"])
    op.create_index("ix_people_imports_created_by_id", "people_imports", ["created_by_id"])
    running = sa.text("status = 'running'")
    op.create_index(
        "uq_people_imports_running",
        "people_imports",
        ["event_id"],
        unique=True,
        postgresql_where=running,
        sqlite_where=running,
    )
    op.create_table(
        "people_import_lines",
        sa.Column("import_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["people_imports.id"], name="fk_people_import_lines_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_people_import_lines"),
    )
    op.create_index("ix_people_import_lines_address", "people_import_lines", ["address"])


def downgrade() -> None:
    op.drop_table("people_import_lines")
    op.drop_table("people_imports")
