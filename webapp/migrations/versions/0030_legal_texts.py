"""Legal texts, and who accepted an organization's terms."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "legal_texts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organization_id", _ID, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('imprint', 'privacy', 'terms')", name="ck_legal_texts_kind"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_legal_texts_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_legal_texts"),
    )
    of_organization, of_installation = sa.text("organization_id IS NOT NULL"), sa.text("organization_id IS NULL")
    op.create_index(
        "uq_legal_texts_organization",
        "legal_texts",
        ["organization_id", "kind", "version"],
        unique=True,
        postgresql_where=of_organization,
        sqlite_where=of_organization,
    )
    op.create_index(
        "uq_legal_texts_installation",
        "legal_texts",
        ["kind", "version"],
        unique=True,
        postgresql_where=of_installation,
        sqlite_where=of_installation,
    )
    op.create_table(
        "terms_acceptances",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("text_id", _ID, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_terms_acceptances_user_id_users"),
        sa.ForeignKeyConstraint(["text_id"], ["legal_texts.id"], name="fk_terms_acceptances_text_id_legal_texts"),
        sa.PrimaryKeyConstraint("user_id", "text_id", name="pk_terms_acceptances"),
    )
    op.add_column("organizations", sa.Column("demands_terms", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("organizations", "demands_terms")
    op.drop_table("terms_acceptances")
    op.drop_table("legal_texts")
