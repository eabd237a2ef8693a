"""Places that are held for guests until they confirm their address."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLE = "guest_holds"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_PARTS = {"event_id": "events", "terms_id": "legal_texts", "enrollment_id": "enrollments"}


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("has_seat", sa.Boolean(), nullable=False),
        sa.Column("terms_id", _ID, nullable=True),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("held_until", _AT, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("enrollment_id", _ID, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('open', 'confirmed', 'expired', 'withdrawn')", name=op.f(f"ck_{_TABLE}_outcome")
        ),
        sa.CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name=op.f(f"ck_{_TABLE}_ended_has_time")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TABLE}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("outcome = 'open'")
    for name, columns, is_unique in (
        (f"uq_{_TABLE}_open", ["event_id", "address"], True),
        (f"ix_{_TABLE}_due", ["held_until"], False),
    ):
        op.create_index(name, _TABLE, columns, unique=is_unique, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(f"ix_{_TABLE}_event_id", _TABLE, ["event_id"])
    op.create_index(f"ix_{_TABLE}_address", _TABLE, ["address"])
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE mail_codes ADD COLUMN guest_hold_id {kind} "
        f"CONSTRAINT fk_mail_codes_guest_hold_id REFERENCES {_TABLE} (id)"
    )
    op.create_index("ix_mail_codes_guest_hold_id", "mail_codes", ["guest_hold_id"])


def downgrade() -> None:
    # Seats that are held at this moment are free again.
    op.execute(
        "UPDATE event_policies SET seats_taken = seats_taken - (SELECT count(*) FROM guest_holds h "
        "WHERE h.event_id = event_policies.event_id AND h.outcome = 'open' AND h.has_seat) "
        "WHERE EXISTS (SELECT 1 FROM guest_holds h WHERE h.event_id = event_policies.event_id AND h.outcome = 'open' AND h.has_seat)"
    )
    op.drop_index("ix_mail_codes_guest_hold_id", "mail_codes")
    drop_columns(op.get_bind(), "mail_codes", ["guest_hold_id"])
    op.drop_table(_TABLE)
