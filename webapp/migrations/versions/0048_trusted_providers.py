"""Which providers an organization trusts with the second step, and with which one a session was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_TABLE = "trusted_providers"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=f"fk_{_TABLE}_organization_id"),
        sa.PrimaryKeyConstraint("organization_id", "provider", name=f"pk_{_TABLE}"),
    )
    op.add_column("sign_ins", sa.Column("provider", sa.String(255), nullable=True))


def downgrade() -> None:
    op.drop_column("sign_ins", "provider")
    op.drop_table(_TABLE)
