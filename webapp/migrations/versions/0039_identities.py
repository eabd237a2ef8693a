"""Accounts of providers that people sign in with, and roles that their groups give."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("last_used_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("provider", "subject", name="uq_identities_provider_subject"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"])
    op.create_table(
        "group_roles",
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.CheckConstraint("role IN ('admin', 'organizer', 'teacher', 'desk', 'viewer')", name=op.f("ck_group_roles_role")),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name="fk_group_roles_identity_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_group_roles_organization_id"),
        sa.PrimaryKeyConstraint("identity_id", "organization_id", "role", name="pk_group_roles"),
    )


def downgrade() -> None:
    op.drop_table("group_roles")
    op.drop_table("identities")
