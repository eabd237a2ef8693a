"""People whom somebody looks after, and the links by which they take themselves over."""

import re

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns, make_anew, table_words

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_TABLE, _MERGES = "person_claims", "person_merges"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_WAYS = ("self", "staff", "operator")


def upgrade() -> None:
    number = "BIGINT" if _is_postgres() else "INTEGER"
    op.execute(
        f"ALTER TABLE users ADD COLUMN managed_by_id {number} "
        "CONSTRAINT fk_users_managed_by_id REFERENCES users (id) CONSTRAINT ck_users_managed_has_no_way_in "
        "CHECK (managed_by_id IS NULL OR (email IS NULL AND password_hash IS NULL AND managed_by_id <> id))"
    )
    is_managed = sa.text("managed_by_id IS NOT NULL")
    op.create_index(
        "ix_users_managed", "users", ["managed_by_id"], postgresql_where=is_managed, sqlite_where=is_managed
    )
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("created_by_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{_TABLE}_user_id"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=f"fk_{_TABLE}_created_by_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sa.UniqueConstraint("token_hash", name=f"uq_{_TABLE}_token_hash"),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "created_by_id"):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])
    _allow_ways((*_WAYS, "claim"))


def _allow_ways(ways) -> None:
    bind, words = op.get_bind(), ", ".join(f"'{way}'" for way in ways)
    if _is_postgres():
        op.execute(f"ALTER TABLE {_MERGES} DROP CONSTRAINT ck_{_MERGES}_way")
        op.execute(f"ALTER TABLE {_MERGES} ADD CONSTRAINT ck_{_MERGES}_way CHECK (way IN ({words}))")
        return
    made = table_words(bind)[_MERGES]
    make_anew(bind, _MERGES, re.sub(r"CHECK \(way IN \([^)]*\)\)", f"CHECK (way IN ({words}))", made))


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def downgrade() -> None:
    claimed = op.get_bind().scalar(sa.text(f"SELECT count(*) FROM {_MERGES} WHERE way = 'claim'"))  # noqa: S608
    managed = op.get_bind().scalar(sa.text("SELECT count(*) FROM users WHERE managed_by_id IS NOT NULL"))
    if claimed or managed:
        raise RuntimeError(f"{managed} people are looked after, and {claimed} were: older versions lose them")
    _allow_ways(_WAYS)
    op.drop_table(_TABLE)
    op.drop_index("ix_users_managed", "users")
    drop_columns(op.get_bind(), "users", ["managed_by_id"])
