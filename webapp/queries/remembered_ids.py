"""Where ids are remembered that no foreign key holds: what is deleted may be named there for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from webapp.domain.online.meeting_session import ROOM_PREFIX


class Form(StrEnum):
    """How a column holds an id."""

    NUMBER = "number"
    #: A text that is a prefix and the number: `session-12`, `u42`, `password_reset:7`.
    PREFIXED = "prefixed"
    #: A JSON object that has it under a key.
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Memory:
    """A column that keeps ids of `of`. `prefix` is what a text begins with, or the key of a JSON object.

    Others write what is `told`: a number in it need not be one of ours.
    """

    of: str
    table: str
    column: str
    form: Form = Form.NUMBER
    prefix: str = ""
    told: bool = False

    @property
    def place(self) -> str:
        return f"{self.table}.{self.column}"


_ROOM, _IDENTITY = ROOM_PREFIX, "u"
REMEMBERED = (
    Memory("events", "outbox_events", "event_id"),
    Memory("enrollments", "outbox_events", "enrollment_id"),
    Memory("enrollments", "messages", "details", Form.JSON, "enrollment_id"),
    Memory("events", "enrollment_transitions", "event_id"),
    Memory("outbox_events", "notifications", "dedupe_key", Form.PREFIXED, "outbox:"),
    Memory("outbox_events", "messages", "dedupe_key", Form.PREFIXED, "outbox:"),
    Memory("mail_codes", "messages", "dedupe_key", Form.PREFIXED, "mail_code:"),
    *(
        Memory("address_changes", "messages", "dedupe_key", Form.PREFIXED, prefix)
        for prefix in ("address_code:", "address_new:", "address_old:")
    ),
    Memory("password_resets", "messages", "dedupe_key", Form.PREFIXED, "password_reset:"),
    Memory("program_classes", "class_changes", "class_id"),
    Memory("program_classes", "class_session_changes", "class_id"),
    Memory("program_classes", "class_outbox_events", "class_id"),
    Memory("program_classes", "class_enrollment_transitions", "class_id"),
    Memory("class_enrollments", "class_outbox_events", "enrollment_id"),
    Memory("class_outbox_events", "notifications", "dedupe_key", Form.PREFIXED, "class-outbox:"),
    Memory("class_outbox_events", "messages", "dedupe_key", Form.PREFIXED, "class-outbox:"),
    Memory("class_sessions", "class_session_changes", "session_id"),
    *(
        Memory(table, "class_session_changes", column, Form.JSON, key)
        for column in ("before", "after")
        for table, key in (("rooms", "room_id"), ("users", "instructor_id"))
    ),
    Memory("job_runs", "class_changes", "job_run_id"),
    Memory("job_runs", "facility_activations", "job_run_id"),
    Memory("facilities", "job_runs", "facility_id"),
    Memory("meeting_sessions", "meeting_sessions", "room_name", Form.PREFIXED, _ROOM),
    *(
        Memory("meeting_sessions", table, column, Form.PREFIXED, _ROOM, told=True)
        for table, column in (("meeting_rooms", "name"), ("stays", "room_name"), ("room_guests", "room_name"))
    ),
    *(
        Memory("users", table, "identity", Form.PREFIXED, _IDENTITY, told=True)
        for table in ("webhook_deliveries", "stays", "room_guests", "identity_matches", "identity_match_changes")
    ),
)


def highest_remembered(
    connection: Connection, tables: Iterable[str], memories: Iterable[Memory] = REMEMBERED, *, told: bool = True
) -> dict[str, tuple[int, str]]:
    """The highest id of each table that a row has or something remembers, and where that is. One statement."""
    own = [Memory(table, table, "id") for table in sorted(tables)]
    kept = [*own, *(memory for memory in memories if told or not memory.told)]
    is_postgres = connection.dialect.name == "postgresql"
    statement = " UNION ALL ".join(
        f"SELECT '{one.of}', max({_number(one, is_postgres)}), '{one.place}' FROM {one.table}"  # noqa: S608
        f"{_where(one, is_postgres)}"
        for one in kept
    )
    highest: dict[str, tuple[int, str]] = {}
    for table, number, place in connection.exec_driver_sql(statement):
        if number is not None and number > highest.get(table, (0, ""))[0]:
            highest[table] = (number, place)
    return highest


def _number(memory: Memory, is_postgres: bool) -> str:
    match memory.form:
        case Form.NUMBER:
            return memory.column
        case Form.PREFIXED:
            return f"CAST(substr({memory.column}, {len(memory.prefix) + 1}) AS BIGINT)"
        case Form.JSON if is_postgres:
            return f"CAST({memory.column} ->> '{memory.prefix}' AS BIGINT)"
    return f"json_extract({memory.column}, '$.{memory.prefix}')"


def _where(memory: Memory, is_postgres: bool) -> str:
    """Only texts that are the prefix and a number. One of more than nine digits that others wrote is no id of ours."""
    if memory.form is not Form.PREFIXED:
        return ""
    most = 9 if memory.told else 18
    if is_postgres:
        return f" WHERE {memory.column} ~ '^{memory.prefix}[0-9]{{1,{most}}}$'"
    digits = f"{memory.column} GLOB '{memory.prefix}[0-9]*' AND {memory.column} NOT GLOB '{memory.prefix}*[^0-9]*'"
    return f" WHERE {digits} AND length({memory.column}) <= {len(memory.prefix) + most}"
