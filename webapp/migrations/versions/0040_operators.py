"""The code by which an installation begins, and the trail of what its operators do."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_CODES, _TRAIL = "setup_codes", "operator_changes"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_PARTS = {"actor_id": "users", "organization_id": "organizations", "user_id": "users"}
_KINDS = (
    "set_up", "organization_opened", "organization_renamed", "organization_suspended", "organization_resumed",
    "owner_invited", "request_declined", "operator_made", "operator_ended", "mail_tried",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        _CODES,
        sa.Column("id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_CODES}"),
        sa.UniqueConstraint("code_hash", name=f"uq_{_CODES}_code_hash"),
    )
    op.create_table(
        _TRAIL,
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        *(sa.Column(column, _ID, nullable=column != "actor_id") for column in _PARTS),
        *(sa.Column(column, sa.String(500), nullable=True) for column in ("before", "after", "reason")),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint(f"kind IN {_KINDS}", name=op.f(f"ck_{_TRAIL}_kind")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TRAIL}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TRAIL}"),
    )
    op.create_index(f"ix_{_TRAIL}_organization", _TRAIL, ["organization_id", "id"])
    for column in ("actor_id", "user_id"):
        op.create_index(f"ix_{_TRAIL}_{column}", _TRAIL, [column])
    _append_only()


def _append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        call = "EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {_TRAIL}_append_only BEFORE UPDATE OR DELETE ON {_TRAIL} FOR EACH ROW {call}")
        op.execute(f"CREATE TRIGGER {_TRAIL}_no_truncate BEFORE TRUNCATE ON {_TRAIL} FOR EACH STATEMENT {call}")
        return
    for verb in ("DELETE", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER {_TRAIL}_no_{verb.lower()} BEFORE {verb} ON {_TRAIL} "
            f"BEGIN SELECT RAISE(ABORT, '{_TRAIL} is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table(_TRAIL)
    op.drop_table(_CODES)
