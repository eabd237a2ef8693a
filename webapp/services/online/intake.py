"""Taking in what the video server tells: verified, kept once, counted for its room. Folded later."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Dialect, TextClause, bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Boolean, String, Text

from webapp.adapters.livekit import SignedBody, Unreadable, Unverified, open_signed_body
from webapp.domain.online.delivery import Delivery, Unusable, read_delivery
from webapp.domain.refusal import Refused
from webapp.models.columns import UtcDateTime
from webapp.services.unit_of_work import one_statement, speaks_postgresql, write_transaction

log = logging.getLogger(__name__)


class Taken(StrEnum):
    """What became of a delivery. Each of them is final for the sender."""

    KEPT = "kept"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"


def take_delivery(body: bytes, token: str | None, *, keys: Mapping[str, str], now: datetime) -> Taken:
    """Keep one webhook, received at `now`. The same one again, or nothing usable in it, is no error.

    Refuses `hook_unverified`, `hook_unreadable`; both are logged with their reason, because the
    sender neither repeats nor tells.
    """
    try:
        signed = open_signed_body(body, token, keys)
    except Unverified as error:
        log.warning("webhook refused, %s", error)
        raise Refused("hook_unverified") from error
    except Unreadable as error:
        log.warning("webhook refused, its body is no JSON of a webhook: %s", error)
        raise Refused("hook_unreadable") from error
    try:
        delivery = read_delivery(signed.raw)
    except Unusable as error:
        log.warning("webhook ignored, %s", error)
        return Taken.IGNORED
    return _keep(delivery, signed, now)


def _keep(delivery: Delivery, signed: SignedBody, now: datetime) -> Taken:
    values = {name: getattr(delivery, name) for name in Delivery.__slots__}
    values |= {"key_name": signed.key_name[:80], "received_at": now}
    try:
        if speaks_postgresql():
            with one_statement() as connection:
                # Spelled for the driver beforehand: a quarter of the time that this takes otherwise is spelling.
                statement = _IN_ROOM if delivery.room_name else _ROOMLESS_ALONE
                is_new = connection.exec_driver_sql(statement, values).first() is not None
        else:
            with write_transaction() as session:
                is_new = _keep_in_steps(session.connection(), values)
    except IntegrityError as error:
        if "webhook_deliveries" not in str(error.orig):
            raise
        # The same delivery, at the same moment, in another process.
        return Taken.DUPLICATE
    return Taken.KEPT if is_new else Taken.DUPLICATE


def _keep_in_steps(connection: Connection, values: dict[str, object]) -> bool:
    """The same in at most three statements, for a database that cannot do it in one."""
    if values["room_name"] is None:
        return connection.execute(_ROOMLESS, values).first() is not None
    number = connection.execute(_COUNT, values).scalar()
    if number is None:
        return False
    connection.execute(_KEEP, {**values, "number": number})
    if values["name"] is not None:
        connection.execute(_GUEST, values)
    return True


# The room is counted first: its row is locked from there to the commit, so numbers are in the order
# of the commits. A delivery that is there already neither counts nor waits for anybody's answer.
_COUNT_SQL = """
INSERT INTO meeting_rooms AS r (name, deliveries, folded, last_delivery_at)
SELECT :room_name, 1, 0, :received_at WHERE NOT EXISTS
  (SELECT 1 FROM webhook_deliveries WHERE delivery_id = :delivery_id)
ON CONFLICT (name) DO UPDATE SET deliveries = r.deliveries + 1, last_delivery_at = excluded.last_delivery_at
RETURNING deliveries
"""
_COLUMNS = """delivery_id, key_name, kind, room_name, number, room_sid, participant_sid, identity, is_attendee,
  sent_at, joined_at, received_at, payload"""
_VALUES = """:delivery_id, :key_name, :kind, :room_name, {number}, :room_sid, :participant_sid, :identity, :is_attendee,
  :sent_at, :joined_at, :received_at, :payload"""
#: Names are kept of those only who came into a room of ours, never of a room that others run.
_GUEST_SQL = """
INSERT INTO room_guests (room_name, identity, name, seen_at)
SELECT :room_name, :identity, :name, :received_at {source}
WHERE :name IS NOT NULL AND EXISTS (SELECT 1 FROM meeting_sessions s WHERE s.room_name = :room_name)
ON CONFLICT (room_name, identity) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at
"""
_TYPES = {
    "delivery_id": String,
    "key_name": String,
    "kind": String,
    "room_name": String,
    "room_sid": String,
    "participant_sid": String,
    "identity": String,
    "is_attendee": Boolean,
    "sent_at": UtcDateTime,
    "joined_at": UtcDateTime,
    "received_at": UtcDateTime,
    "payload": Text,
    "name": String,
}


def _typed(sql: str) -> TextClause:
    """The statement with a type for each of its values, so that none is guessed."""
    return text(sql).bindparams(*(bindparam(name, type_=type_) for name, type_ in _TYPES.items() if f":{name}" in sql))


def _spelled(statement: TextClause) -> str:
    dialect: Callable[[], Dialect] = postgresql.psycopg.dialect
    return str(statement.compile(dialect=dialect()))


_IN_ROOM = _spelled(
    _typed(
        f"""
WITH room AS ({_COUNT_SQL}),
kept AS (
  INSERT INTO webhook_deliveries ({_COLUMNS}) SELECT {_VALUES.format(number="room.deliveries")} FROM room
  RETURNING number
),
guest AS ({_GUEST_SQL.format(source="FROM kept")})
SELECT number FROM kept
"""  # noqa: S608 -- nothing but the fixed words above
    )
)
_ROOMLESS = _typed(
    f"""
INSERT INTO webhook_deliveries ({_COLUMNS}) VALUES ({_VALUES.format(number="NULL")})
ON CONFLICT (delivery_id) DO NOTHING RETURNING delivery_id
"""  # noqa: S608 -- as above
)
_ROOMLESS_ALONE = _spelled(_ROOMLESS)
_COUNT = _typed(_COUNT_SQL)
_KEEP = _typed(
    f"INSERT INTO webhook_deliveries ({_COLUMNS}) VALUES ({_VALUES.format(number=':number')})"  # noqa: S608
)
_GUEST = _typed(_GUEST_SQL.format(source=""))
