"""Notes of an organization about a person."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "person_notes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("edited_at", _INSTANT),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_person_notes_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_person_notes_user_id"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_person_notes_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_notes_person", "person_notes", ["user_id", "organization_id", "id"])
    op.create_index("ix_person_notes_author_id", "person_notes", ["author_id"])


def downgrade() -> None:
    op.drop_table("person_notes")
