"""Seats that are offered to who waits, and the last call of a waitlist."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import allow_words, drop_columns, forbid_words

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_TABLE, _POLICIES = "place_offers", "event_policies"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_PARTS = {"event_id": "events", "enrollment_id": "enrollments"}
_IS_OPEN = sa.text("outcome = 'open'")
_IS_TO_COME = sa.text("last_call_at IS NOT NULL AND last_call_told_at IS NULL")
_COLUMNS: dict[str, str | sa.DateTime] = {
    "offer_hours": "INTEGER",
    "last_call_hours": "INTEGER",
    "last_call_at": _AT,
    "last_call_told_at": _AT,
    "seats_offered": "INTEGER DEFAULT 0 NOT NULL",
}
_CHECKS = {
    "offer_hours": "CONSTRAINT ck_event_policies_offer_hours_positive CHECK (offer_hours IS NULL OR offer_hours >= 1)",
    "last_call_hours": "CONSTRAINT ck_event_policies_last_call_not_negative "
    "CHECK (last_call_hours IS NULL OR last_call_hours >= 0)",
    "last_call_at": "CONSTRAINT ck_event_policies_last_call_has_time "
    "CHECK ((last_call_hours IS NULL) = (last_call_at IS NULL))",
    "seats_offered": "CONSTRAINT ck_event_policies_offered_not_negative CHECK (seats_offered >= 0)",
}
#: Table, column -> the words that are new.
_NEW_WORDS = {
    ("notifications", "type"): ("offered", "offer_expired", "wait_ended", "last_call"),
    ("outbox_events", "kind"): ("PlaceOffered", "OfferExpired", "LastCall"),
}


def upgrade() -> None:
    bind = op.get_bind()
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("offered_at", _AT, nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("held_until", _AT, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('open', 'accepted', 'declined', 'expired', 'withdrawn')", name=op.f(f"ck_{_TABLE}_outcome")
        ),
        sa.CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name=op.f(f"ck_{_TABLE}_ended_has_time")),
        sa.CheckConstraint("held_until > offered_at", name=op.f(f"ck_{_TABLE}_held_for_some_time")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TABLE}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sqlite_autoincrement=True,
    )
    for name, columns, is_unique in (
        (f"uq_{_TABLE}_open", ["enrollment_id"], True),
        (f"ix_{_TABLE}_due", ["held_until"], False),
    ):
        op.create_index(name, _TABLE, columns, unique=is_unique, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
    for column in _PARTS:
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])
    for name, kind in _COLUMNS.items():
        typed = kind if isinstance(kind, str) else kind.compile(dialect=bind.dialect)
        op.execute(f"ALTER TABLE {_POLICIES} ADD COLUMN {name} {typed} {_CHECKS.get(name, '')}")
    op.create_index(
        f"ix_{_POLICIES}_last_call",
        _POLICIES,
        ["last_call_at"],
        sqlite_where=_IS_TO_COME,
        postgresql_where=_IS_TO_COME,
    )
    for (table, column), words in _NEW_WORDS.items():
        allow_words(bind, table, column, words)


def downgrade() -> None:
    bind = op.get_bind()
    for (table, column), words in _NEW_WORDS.items():
        named = ", ".join(f"'{word}'" for word in words)
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({named})")
        forbid_words(bind, table, column, words)
    # Seats that are held at this moment are free again.
    op.execute(
        f"UPDATE {_POLICIES} SET seats_taken = seats_taken - (SELECT count(*) FROM {_TABLE} o "
        f"WHERE o.event_id = {_POLICIES}.event_id AND o.outcome = 'open') "
        f"WHERE EXISTS (SELECT 1 FROM {_TABLE} o WHERE o.event_id = {_POLICIES}.event_id AND o.outcome = 'open')"
    )
    op.drop_index(f"ix_{_POLICIES}_last_call", _POLICIES)
    drop_columns(bind, _POLICIES, _COLUMNS)
    op.drop_table(_TABLE)
