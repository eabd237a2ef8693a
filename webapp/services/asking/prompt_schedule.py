"""Planning the first prompts of events that are over."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.prompt import first_prompt_at
from webapp.models import ScheduledAttendancePrompt
from webapp.queries.asking.prompt_schedule import EndedEvent, ended_events, has_people_to_ask, people_to_ask
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

_PROMPT = ScheduledAttendancePrompt.__table__
#: People per transaction: few enough that nobody waits long for the database.
CHUNK = 5000

#: Called inside each chunk's transaction with the counts so far; raises to stop.
Beat = Callable[[Session, dict[str, int]], None]


def schedule_post_event_prompts(*, now: datetime, beat: Beat | None = None) -> dict[str, int]:
    """Plan prompt 1 for everybody to be asked about events that ended an hour to a day ago; how many.

    In chunks, each one transaction: cut off in between, the next run goes on; run twice or at
    the same time somewhere else, everybody has one prompt.
    """
    counts = {"prompts": 0}
    for event in ended_events(now):
        # Asked without holding anything up: nearly always there is nobody left.
        while has_people_to_ask(event, now):
            planned = _plan_chunk(event, now, counts, beat)
            counts["prompts"] += planned
            if not planned:
                # Somebody else was faster, or the event is another one by now.
                break
    return counts


def _plan_chunk(event: EndedEvent, now: datetime, counts: dict[str, int], beat: Beat | None) -> int:
    people = people_to_ask(event, due_at=first_prompt_at(event.effective_end_at), now=now).limit(CHUNK)
    columns = ["event_id", "user_id", "number", "due_at", "created_at"]
    with write_transaction() as session:
        if beat is not None:
            beat(session, counts)
        plan = insert_unless_there(session, _PROMPT).from_select(columns, people)
        planned = session.execute(plan.execution_options(preserve_rowcount=True)).rowcount
        if planned:
            nudge_after_commit(session, "send-prompts")
    return planned
