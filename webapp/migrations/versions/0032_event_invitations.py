"""People whom staff adds to an event can be asked first."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("event_policies", sa.Column("asks_added", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "event_invitations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("invited_by_id", _ID, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_event_invitations_status")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_event_invitations_event_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_event_invitations_user_id"),
        sa.ForeignKeyConstraint(["invited_by_id"], ["users.id"], name="fk_event_invitations_invited_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_invitations"),
        sqlite_autoincrement=True,
    )
    for column in ("event_id", "user_id", "invited_by_id"):
        op.create_index(f"ix_event_invitations_{column}", "event_invitations", [column])
    is_open = sa.text("status = 'open'")
    op.create_index(
        "uq_event_invitations_open",
        "event_invitations",
        ["event_id", "user_id"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )


def downgrade() -> None:
    op.drop_table("event_invitations")
    op.drop_column("event_policies", "asks_added")
