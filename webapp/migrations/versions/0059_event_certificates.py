"""Certificates of attendance in events."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import allow_words, drop_columns, forbid_words

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_POLICIES, _CERTIFICATES, _CHANGES = "event_policies", "event_certificates", "certificate_name_changes"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_WORDS = ("certificate",)


def upgrade() -> None:
    op.add_column(_POLICIES, sa.Column("issues_certificates", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        _CERTIFICATES,
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("issued_at", _AT, nullable=False),
        sa.Column("revoked_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=f"fk_{_CERTIFICATES}_enrollment_id"),
        sa.PrimaryKeyConstraint("enrollment_id", name=f"pk_{_CERTIFICATES}"),
        sa.UniqueConstraint("code", name=f"uq_{_CERTIFICATES}_code"),
    )
    op.create_table(
        _CHANGES,
        sa.Column("id", _ID, nullable=False),
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("name_before", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["enrollment_id"], [f"{_CERTIFICATES}.enrollment_id"], name=f"fk_{_CHANGES}_enrollment_id"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=f"fk_{_CHANGES}_actor_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_CHANGES}"),
        sqlite_autoincrement=True,
    )
    for column in ("enrollment_id", "actor_id"):
        op.create_index(f"ix_{_CHANGES}_{column}", _CHANGES, [column])
    allow_words(op.get_bind(), "notifications", "type", _WORDS)


def downgrade() -> None:
    bind = op.get_bind()
    op.execute("DELETE FROM notifications WHERE type = 'certificate'")
    forbid_words(bind, "notifications", "type", _WORDS)
    op.drop_table(_CHANGES)
    op.drop_table(_CERTIFICATES)
    drop_columns(bind, _POLICIES, ["issues_certificates"])
