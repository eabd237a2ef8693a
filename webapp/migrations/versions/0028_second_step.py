"""A second step of signing in: apps, recovery codes, and organizations that demand it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "authenticator_apps",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("secret", sa.String(255), nullable=True),
        sa.Column("new_secret", sa.String(255), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_authenticator_apps_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_authenticator_apps"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])
    op.create_table(
        "started_sign_ins",
        sa.Column("id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("next_path", sa.String(500), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_started_sign_ins_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_started_sign_ins"),
        sa.UniqueConstraint("token_hash", name="uq_started_sign_ins_token_hash"),
    )
    op.create_index("ix_started_sign_ins_user_id", "started_sign_ins", ["user_id"])
    op.add_column("sign_ins", sa.Column("second_step_at", _AT, nullable=True))
    op.add_column(
        "organizations", sa.Column("demands_second_step", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("organizations", "demands_second_step")
    op.drop_column("sign_ins", "second_step_at")
    for table in ("started_sign_ins", "recovery_codes", "authenticator_apps"):
        op.drop_table(table)
