"""Codes by mail, with which people sign up and in."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mail_codes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("link_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
        sa.Column("timezone", sa.String(64), nullable=True),
        sa.Column("next_path", sa.String(500), nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proved_at", _AT, nullable=True),
        sa.Column("used_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail_codes"),
        sa.UniqueConstraint("token_hash", name="uq_mail_codes_token_hash"),
        sa.UniqueConstraint("link_hash", name="uq_mail_codes_link_hash"),
    )
    op.create_index("ix_mail_codes_address", "mail_codes", ["address"])


def downgrade() -> None:
    op.drop_table("mail_codes")
