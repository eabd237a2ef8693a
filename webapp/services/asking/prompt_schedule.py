"""Planning the first prompts of events that are over."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from webapp.domain.asking.prompt import first_prompt_at
from webapp.models import ScheduledAttendancePrompt
from webapp.queries.asking.prompt_schedule import ended_event_ids, people_to_ask
from webapp.queries.row_types import AnyRow
from webapp.services.beat import Beat
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

_PROMPT = ScheduledAttendancePrompt.__table__
#: People per transaction: few enough that nobody waits long for the database.
CHUNK = 5000
#: Events that are asked for at once.
EVENTS_AT_ONCE = 1000


def schedule_post_event_prompts(*, now: datetime, beat: Beat | None = None) -> dict[str, int]:
    """Plan prompt 1 for everybody to be asked about events that ended an hour to a day ago; how many.

    In chunks, each one transaction: cut off in between, the next run goes on; run twice or at
    the same time somewhere else, everybody has one prompt. Nearly always nobody is left, and that
    is found out without holding anything up.
    """
    counts = {"prompts": 0}
    for people in _chunks(now):
        counts["prompts"] += _plan(people, now, counts, beat)
    return counts


def _chunks(now: datetime) -> Iterator[Sequence[AnyRow]]:
    event_ids = ended_event_ids(now)
    for first in range(0, len(event_ids), EVENTS_AT_ONCE):
        some = event_ids[first : first + EVENTS_AT_ONCE]
        # Who was planned for is not found again, whoever did it.
        while people := people_to_ask(some, now, limit=CHUNK):
            yield people
            if len(people) < CHUNK:
                break


def _plan(people: Sequence[AnyRow], now: datetime, counts: dict[str, int], beat: Beat | None) -> int:
    prompts = [
        {"event_id": event_id, "user_id": user_id, "number": 1, "due_at": first_prompt_at(ended_at), "created_at": now}
        for event_id, user_id, ended_at in people
    ]
    with write_transaction() as session:
        if beat is not None:
            beat(session, counts)
        planned = len(insert_rows_unless_there(session, _PROMPT, prompts, _PROMPT.c.id))
        if planned:
            nudge_after_commit(session, "send-prompts")
    return planned
