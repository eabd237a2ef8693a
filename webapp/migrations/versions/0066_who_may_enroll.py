"""Who may enroll in an event: everybody, people with its link, people on its list."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

_TABLE, _POLICIES = "event_list_entries", "event_policies"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_KEYS = {"event_id": "events", "facility_id": "facilities", "class_id": "program_classes"}
_HAS_LINK, _IS_ADDRESS = sa.text("link_token IS NOT NULL"), sa.text("kind = 'address'")
_COLUMNS = {
    "who_may": "VARCHAR(10) DEFAULT 'open' NOT NULL CONSTRAINT ck_event_policies_who_may"
    " CHECK (who_may IN ('open', 'link', 'list'))",
    "link_token": "VARCHAR(40) CONSTRAINT ck_event_policies_link_has_token"
    " CHECK ((who_may = 'link') = (link_token IS NOT NULL))",
    "list_opens_at": "{at} CONSTRAINT ck_event_policies_list_opens_first CHECK"
    " (list_opens_at IS NULL OR (who_may = 'open' AND opens_at IS NOT NULL AND list_opens_at < opens_at))",
}


def upgrade() -> None:
    at = _AT.compile(dialect=op.get_bind().dialect)
    for column, words in _COLUMNS.items():
        op.execute(f"ALTER TABLE {_POLICIES} ADD COLUMN {column} {words.format(at=at)}")
    op.create_index(
        "ix_event_policies_link",
        _POLICIES,
        ["link_token"],
        sqlite_where=_HAS_LINK,
        postgresql_where=_HAS_LINK,
    )
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("value", sa.String(254)),
        sa.Column("facility_id", _ID),
        sa.Column("class_id", _ID),
        sa.Column("added_at", _AT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('address', 'domain', 'facility', 'class')", name=op.f(f"ck_{_TABLE}_kind")
        ),
        sa.CheckConstraint(
            "(kind IN ('address', 'domain')) = (value IS NOT NULL)", name=op.f(f"ck_{_TABLE}_words_are_written")
        ),
        sa.CheckConstraint(
            "(kind = 'facility') = (facility_id IS NOT NULL)", name=op.f(f"ck_{_TABLE}_facility_is_named")
        ),
        sa.CheckConstraint("(kind = 'class') = (class_id IS NOT NULL)", name=op.f(f"ck_{_TABLE}_class_is_named")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TABLE}_{column}")
            for column, table in _KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sa.UniqueConstraint("event_id", "kind", "value", name=f"uq_{_TABLE}_value"),
        sa.UniqueConstraint("event_id", "facility_id", name=f"uq_{_TABLE}_facility"),
        sa.UniqueConstraint("event_id", "class_id", name=f"uq_{_TABLE}_class"),
        sqlite_autoincrement=True,
    )
    for column in ("facility_id", "class_id"):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])
    op.create_index(
        f"ix_{_TABLE}_address", _TABLE, ["value"], sqlite_where=_IS_ADDRESS, postgresql_where=_IS_ADDRESS
    )


def downgrade() -> None:
    """The lists go; what was for some people only is open to everybody again."""
    op.drop_table(_TABLE)
    op.drop_index("ix_event_policies_link", _POLICIES)
    drop_columns(op.get_bind(), _POLICIES, list(_COLUMNS))
