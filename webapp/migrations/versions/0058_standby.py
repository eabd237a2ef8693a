"""The standby line at the door, and places of absent people that are given to it."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import allow_words, drop_columns, forbid_words

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_TABLE, _POLICIES, _ENROLLMENTS = "standby_arrivals", "event_policies", "enrollments"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_PARTS = {
    "event_id": "events",
    "enrollment_id": "enrollments",
    "actor_id": "users",
    "helper_id": "helper_links",
    "left_by_id": "users",
    "left_helper_id": "helper_links",
}
_STANDS = sa.text("left_at IS NULL")
_IS_TO_COME = sa.text("standby_automatic AND standby_run_at IS NULL")
_LIVE = "status IN ({})"
_BEFORE = ("attended", "checked_in", "confirmed", "no_show", "pending", "undecided", "waitlisted")
_NOW = ("attended", "checked_in", "confirmed", "no_show", "pending", "released", "undecided", "waitlisted")
#: Column of the policies -> its type and what it may hold.
_COLUMNS: dict[str, tuple[str | sa.DateTime, str]] = {
    "standby_minutes": (
        "INTEGER",
        f"CONSTRAINT ck_{_POLICIES}_standby_not_negative CHECK (standby_minutes IS NULL OR standby_minutes >= 0)",
    ),
    "standby_at": (
        _AT,
        f"CONSTRAINT ck_{_POLICIES}_standby_has_time CHECK ((standby_minutes IS NULL) = (standby_at IS NULL))",
    ),
    "standby_automatic": ("BOOLEAN DEFAULT false NOT NULL", ""),
    "standby_run_at": (_AT, ""),
}
#: Table, column -> the words that are new.
_NEW_WORDS = {
    ("enrollments", "status"): ("released",),
    ("notifications", "type"): ("released", "place_back", "standby_placed"),
    ("outbox_events", "kind"): ("PlaceReleased", "PlaceReturned"),
}


def upgrade() -> None:
    bind = op.get_bind()
    op.add_column(_ENROLLMENTS, sa.Column("released_at", _AT))
    for (table, column), words in _NEW_WORDS.items():
        allow_words(bind, table, column, words)
    _live_index(_NOW)
    for name, (kind, check) in _COLUMNS.items():
        typed = kind if isinstance(kind, str) else kind.compile(dialect=bind.dialect)
        op.execute(f"ALTER TABLE {_POLICIES} ADD COLUMN {name} {typed} {check}")
    op.create_index(
        f"ix_{_POLICIES}_standby", _POLICIES, ["standby_at"], sqlite_where=_IS_TO_COME, postgresql_where=_IS_TO_COME
    )
    _make_table()


def _make_table() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("desk", sa.String(60), nullable=False),
        sa.Column("actor_id", _ID),
        sa.Column("helper_id", _ID),
        sa.Column("request_id", sa.String(64)),
        sa.Column("left_at", _AT),
        sa.Column("left_by_id", _ID),
        sa.Column("left_helper_id", _ID),
        sa.CheckConstraint(
            "left_at IS NOT NULL OR (left_by_id IS NULL AND left_helper_id IS NULL)",
            name=op.f(f"ck_{_TABLE}_left_has_time"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TABLE}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        f"uq_{_TABLE}_standing", _TABLE, ["enrollment_id", "version"], unique=True, sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )  # fmt: skip
    op.create_index(f"uq_{_TABLE}_request", _TABLE, ["event_id", "request_id"], unique=True)
    op.create_index(f"ix_{_TABLE}_enrollment_id", _TABLE, ["enrollment_id"])


def _live_index(words: tuple[str, ...]) -> None:
    """The partial index that allows one living enrollment of a person in an event."""
    op.drop_index("uq_enrollments_live", _ENROLLMENTS)
    which = sa.text(_LIVE.format(_quoted(words)))
    op.create_index(
        "uq_enrollments_live", _ENROLLMENTS, ["event_id", "user_id"], unique=True, postgresql_where=which,
        sqlite_where=which,
    )  # fmt: skip


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def downgrade() -> None:
    bind = op.get_bind()
    released = bind.scalar(sa.text("SELECT count(*) FROM enrollments WHERE status = 'released'"))
    if released:
        # Older versions do not know the word, and the seat has somebody else by now.
        raise RuntimeError(f"{released} places are released: cancel them before you go back to an older version")
    op.drop_table(_TABLE)
    op.drop_index(f"ix_{_POLICIES}_standby", _POLICIES)
    drop_columns(bind, _POLICIES, _COLUMNS)
    _live_index(_BEFORE)
    for (table, column), words in _NEW_WORDS.items():
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({_quoted(words)})")
        forbid_words(bind, table, column, words)
    drop_columns(bind, _ENROLLMENTS, ["released_at"])
