"""Several people with one enrollment."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_TABLE, _ENROLLMENTS, _POLICIES, _PEOPLE = "parties", "enrollments", "event_policies", "users"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HAS_PARTY = sa.text("party_id IS NOT NULL")
_KEYS = {"event_id": "events", "leader_id": "users"}
_SIZE = "CONSTRAINT ck_event_policies_party_size_possible CHECK (party_size >= 1 AND party_size <= 50)"
_NAME = "CONSTRAINT ck_users_guest_name CHECK (guest_name IN ('unnamed', 'named'))"
_PARTY = "CONSTRAINT fk_enrollments_party_id REFERENCES parties (id)"


def upgrade() -> None:
    bind = op.get_bind()
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("leader_id", _ID, nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("may_split", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("most >= 1 AND most <= 50", name=op.f(f"ck_{_TABLE}_most_possible")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TABLE}_{column}")
            for column, table in _KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sqlite_autoincrement=True,
    )
    for column in _KEYS:
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])
    id_type = _ID.compile(dialect=bind.dialect) if bind.dialect.name == "postgresql" else "INTEGER"
    no = "false" if bind.dialect.name == "postgresql" else "0"
    op.execute(f"ALTER TABLE {_ENROLLMENTS} ADD COLUMN party_id {id_type} {_PARTY}")
    op.create_index(
        f"ix_{_ENROLLMENTS}_party", _ENROLLMENTS, ["party_id"], sqlite_where=_HAS_PARTY, postgresql_where=_HAS_PARTY
    )
    _index_waiting("event_id", "waitlist_position", "party_id")
    op.execute(f"ALTER TABLE {_PEOPLE} ADD COLUMN guest_name VARCHAR(10) {_NAME}")
    op.execute(f"ALTER TABLE {_POLICIES} ADD COLUMN party_size INTEGER DEFAULT 1 NOT NULL {_SIZE}")
    for column in ("parties_pass", "has_parties"):
        op.execute(f"ALTER TABLE {_POLICIES} ADD COLUMN {column} BOOLEAN DEFAULT {no} NOT NULL")


def downgrade() -> None:
    """People who came with others stay enrolled, each by themselves."""
    bind = op.get_bind()
    drop_columns(bind, _POLICIES, ["party_size", "parties_pass", "has_parties"])
    drop_columns(bind, _PEOPLE, ["guest_name"])
    op.drop_index(f"ix_{_ENROLLMENTS}_party", _ENROLLMENTS)
    _index_waiting("event_id", "waitlist_position")
    drop_columns(bind, _ENROLLMENTS, ["party_id"])
    op.drop_table(_TABLE)


def _index_waiting(*columns: str) -> None:
    waits = sa.text("status = 'waitlisted'")
    op.drop_index(f"ix_{_ENROLLMENTS}_waiting", _ENROLLMENTS)
    op.create_index(
        f"ix_{_ENROLLMENTS}_waiting", _ENROLLMENTS, list(columns), sqlite_where=waits, postgresql_where=waits
    )
