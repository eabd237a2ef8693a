"""The demonstration's event of last week: people were asked, said what they think, and two contradict the record."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from webapp.domain.asking.attendance_response import Answer
from webapp.models import AttendanceResponse, Notification
from webapp.services.asking.prompt_schedule import schedule_post_event_prompts
from webapp.services.asking.prompt_sending import send_prompt_batch
from webapp.services.demo.demo_plan import PlannedEvent
from webapp.services.demo.demo_stage import Stage
from webapp.services.events.closure import close_event
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_CAME = (
    "ana",
    "masako",
    "zoe",
    "lan",
    "priya",
    "amara.okafor",
    "hanna.lindqvist",
    "luis.delacruz",
    "aoife.byrne",
    "kwame.mensah",
    "emile.lefevre",
    "sule.demir",
)
_MISSED = ("siobhan", "jonas.weber", "mateo.rojas", "chiara.ricci")
#: What they say, and how it was: rating, and words.
_SAID: dict[str, tuple[Answer, int | None, str | None]] = {
    "ana": (Answer.ATTENDED, 5, "I still write in it every day."),
    "masako": (Answer.ATTENDED, 5, "The best evening of the month. Please do the long stitch next time."),
    "amara.okafor": (Answer.ATTENDED, 4, None),
    "zoe": (Answer.ATTENDED, 5, "Good pace, patient teacher."),
    "hanna.lindqvist": (Answer.PARTIAL, 3, "I had to leave at eight and would have liked the steps on paper."),
    "siobhan": (Answer.ATTENDED, 4, None),
    "luis.delacruz": (Answer.ATTENDED, 4, "A second pot of glue for every table, please."),
    "lan": (Answer.ATTENDED, 5, None),
    "aoife.byrne": (Answer.ATTENDED, 2, "Too loud to hear the explanations from the back."),
    "emile.lefevre": (Answer.ATTENDED, 5, None),
    "priya": (Answer.ATTENDED, None, None),
    "kwame.mensah": (Answer.NOT_ATTENDED, None, None),
    "jonas.weber": (Answer.NOT_ATTENDED, None, None),
}


def tell_binding(stage: Stage, plan: PlannedEvent) -> None:
    """Closed, asked about and answered: before any other event, so that only its people are asked at that hour."""
    if plan.ends_at is None:
        raise ValueError("the plan has no end")
    began = plan.starts_at - 12 * _DAY
    binding = stage.event("demo-binding", plan, at=began)
    stage.enroll(binding, [*_CAME, *_MISSED], first=began + _HOUR, every=7 * _HOUR)
    stage.check_in(binding, _CAME, first=plan.starts_at - 10 * _MINUTE, last=plan.starts_at + 12 * _MINUTE)
    close_event(event_id=binding, now=plan.ends_at + 15 * _MINUTE)
    asked_at = plan.ends_at + _HOUR + 5 * _MINUTE
    schedule_post_event_prompts(now=asked_at)
    send_prompt_batch(now=asked_at)
    _answer(stage, binding, first=asked_at + _HOUR)


def _answer(stage: Stage, event_id: int, *, first: datetime) -> None:
    """What the pages would have stored, all at once: one answer every three hours."""
    rows = []
    for number, (who, (said, rating, comment)) in enumerate(_SAID.items()):
        at = first + number * 3 * _HOUR
        rows.append(
            {
                "event_id": event_id,
                "user_id": stage.people[who],
                "answer": said,
                "answered_at": at,
                "changed_at": at,
                "created_at": at,
                "rating": rating,
                "comment": comment,
                "feedback_at": at if rating else None,
            }
        )
    line = Notification.__table__
    asked = update(line).where(
        line.c.event_id == event_id, line.c.user_id == bindparam("whose"), line.c.prompt_number == 1
    )
    acted = asked.values(read_at=bindparam("at", type_=line.c.read_at.type), responded_at=bindparam("at"))
    with write_transaction() as session:
        session.execute(insert_unless_there(session, AttendanceResponse.__table__), rows)
        session.execute(acted, [{"whose": row["user_id"], "at": row["answered_at"]} for row in rows])
