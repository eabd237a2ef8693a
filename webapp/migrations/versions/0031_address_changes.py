"""Changes of a person's address, by a code from the new mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "address_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("done_at", _AT, nullable=True),
        sa.Column("previous_address", sa.String(254), nullable=True),
        sa.Column("undo_hash", sa.String(64), nullable=True),
        sa.Column("undone_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_address_changes_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_address_changes"),
        sa.UniqueConstraint("undo_hash", name="uq_address_changes_undo_hash"),
    )
    op.create_index("ix_address_changes_user_id", "address_changes", ["user_id"])


def downgrade() -> None:
    op.drop_table("address_changes")
