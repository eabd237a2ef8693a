"""Messages that organizers write to people of their events."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import allow_words, forbid_words

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_TABLE, _PEOPLE = "mailings", "mailing_recipients"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_IS_DUE = sa.text("status IN ('planned', 'sending')")
_WAITS, _IS_MAILED = sa.text("reach IS NULL"), sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("created_by_id", _ID, nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("send_at", _AT, nullable=False),
        sa.Column("anchor", sa.String(10)),
        sa.Column("offset_hours", sa.Integer()),
        sa.Column("offset_days", sa.Integer()),
        sa.Column("at_local", sa.Time()),
        sa.Column("goes_beyond", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(count, sa.Integer(), nullable=False) for count in ("people", "mails", "lines", "no_address", "gone")),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("started_at", _AT),
        sa.Column("finished_at", _AT),
        sa.Column("withdrawn_by_id", _ID),
        sa.Column("dropped_because", sa.String(30)),
        sa.CheckConstraint(
            "status IN ('planned', 'sending', 'sent', 'withdrawn', 'dropped')", name=op.f(f"ck_{_TABLE}_status")
        ),
        sa.CheckConstraint(
            "dropped_because IN ('no_recipients', 'suspended', 'missed')",
            name=op.f(f"ck_{_TABLE}_dropped_because"),
        ),
        sa.CheckConstraint("anchor IN ('at_start', 'at_end')", name=op.f(f"ck_{_TABLE}_anchor")),
        sa.CheckConstraint(
            "(anchor IS NULL) = (offset_hours IS NULL AND offset_days IS NULL)",
            name=op.f(f"ck_{_TABLE}_goes_by_an_anchor"),
        ),
        sa.CheckConstraint(
            "(offset_days IS NULL) = (at_local IS NULL) AND (offset_hours IS NULL OR offset_days IS NULL)",
            name=op.f(f"ck_{_TABLE}_hours_or_days"),
        ),
        sa.CheckConstraint(
            "(status = 'dropped') = (dropped_because IS NOT NULL)", name=op.f(f"ck_{_TABLE}_dropped_has_reason")
        ),
        sa.CheckConstraint(
            "(status IN ('planned', 'sending')) = (finished_at IS NULL)", name=op.f(f"ck_{_TABLE}_end_has_time")
        ),
        sa.CheckConstraint(
            "mails + lines + no_address + gone <= people", name=op.f(f"ck_{_TABLE}_told_of_its_people")
        ),
        sa.CheckConstraint(
            "status <> 'sent' OR mails + lines + no_address + gone = people", name=op.f(f"ck_{_TABLE}_sent_to_all")
        ),
        *_foreign_keys(_TABLE, event_id="events", created_by_id="users", withdrawn_by_id="users"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sa.UniqueConstraint("event_id", "request_id", name=f"uq_{_TABLE}_request"),
        sqlite_autoincrement=True,
    )
    for column in ("created_by_id", "withdrawn_by_id"):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])
    op.create_index(f"ix_{_TABLE}_due", _TABLE, ["send_at"], sqlite_where=_IS_DUE, postgresql_where=_IS_DUE)
    op.create_table(
        _PEOPLE,
        sa.Column("mailing_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("reach", sa.String(20)),
        sa.Column("message_id", _ID),
        sa.CheckConstraint(
            "reach IN ('mail', 'line', 'no_address', 'gone')", name=op.f(f"ck_{_PEOPLE}_reach")
        ),
        sa.CheckConstraint(
            "coalesce(reach, '') = 'mail' OR message_id IS NULL", name=op.f(f"ck_{_PEOPLE}_email_where_mailed")
        ),
        *_foreign_keys(
            _PEOPLE, mailing_id=_TABLE, user_id="users", enrollment_id="enrollments", message_id="messages"
        ),
        sa.PrimaryKeyConstraint("mailing_id", "user_id", name=f"pk_{_PEOPLE}"),
    )
    op.create_index(f"ix_{_PEOPLE}_user_id", _PEOPLE, ["user_id"])
    op.create_index(
        f"ix_{_PEOPLE}_waiting", _PEOPLE, ["mailing_id", "user_id"], sqlite_where=_WAITS, postgresql_where=_WAITS
    )
    op.create_index(
        f"uq_{_PEOPLE}_message",
        _PEOPLE,
        ["message_id"],
        unique=True,
        sqlite_where=_IS_MAILED,
        postgresql_where=_IS_MAILED,
    )
    allow_words(op.get_bind(), "notifications", "type", ["message"])


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE type = 'message'")
    forbid_words(op.get_bind(), "notifications", "type", ["message"])
    for table in (_PEOPLE, _TABLE):
        op.drop_table(table)


def _foreign_keys(table: str, **parts: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")
        for column, other in parts.items()
    ]
