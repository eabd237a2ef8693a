"""The demonstration's online sessions: one of yesterday with its report, one that runs, one of tomorrow.

What happened in the rooms is told as the video server tells it: signed webhooks, taken in,
folded and calculated by the same services as anybody else's.
"""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import count
from secrets import token_urlsafe
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from webapp.adapters.livekit import webhook_token
from webapp.domain.online.identity import identity_for
from webapp.domain.online.meeting_session import SessionDraft, default_room
from webapp.domain.online.presence import StaffMark
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import SessionReport
from webapp.queries.online.session_calculation import chosen_sessions
from webapp.services.demo.demo_plan import PlannedEvent, daytime_zone
from webapp.services.demo.demo_stage import Stage
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.intake import take_delivery
from webapp.services.online.meeting_session import create_sessions
from webapp.services.online.session_attendance import calculate_sessions, reconcile_sessions
from webapp.services.online.session_mark import mark_presence

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_LENGTH = timedelta(minutes=90)

#: Who has a place.
_CLASS = (
    "ana",
    "ben",
    "masako",
    "lukasz",
    "zoe",
    "mohamed",
    "siobhan",
    "minjun",
    "daria",
    "lan",
    "saranya",
    "alexandros",
    "amara.okafor",
    "jonas.weber",
    "aoife.byrne",
    "sule.demir",
)
#: Yesterday, in minutes after the start; without an end no leave was told. A name that nobody
#: in the cast has is a guest's: what they called themselves.
_YESTERDAY: tuple[tuple[str, int, int | None], ...] = (
    ("ana", -6, 91),
    ("ben", 2, 38),
    ("ben", 41, 89),
    ("masako", 18, 76),
    ("lukasz", -1, 90),
    ("zoe", 5, 31),
    ("siobhan", 21, 92),
    ("minjun", 3, 7),
    ("daria", 0, 90),
    ("daria", 12, 37),
    ("lan", 1, None),
    ("saranya", -12, 4),
    ("saranya", 9, 90),
    ("alexandros", 33, 88),
    ("amara.okafor", 4, 62),
    ("amara.okafor", 70, 90),
    ("jonas.weber", 0, 20),
    ("jonas.weber", 24, 55),
    ("jonas.weber", 58, 90),
    ("aoife.byrne", 13, 97),
    ("camila.duarte", 6, 48),
    ("Studio iPad", 0, 71),
)
#: Today, until now: 28 minutes after the start.
_TODAY: tuple[tuple[str, int, int | None], ...] = (
    ("ana", -5, None),
    ("ben", 1, None),
    ("lukasz", -2, None),
    ("masako", 17, None),
    ("daria", 0, None),
    ("siobhan", 2, 19),
    ("zoe", 6, None),
    ("saranya", -8, 3),
    ("saranya", 5, None),
    ("lan", 4, None),
    ("jonas.weber", 0, 12),
    ("aoife.byrne", 22, None),
    ("Studio iPad", 3, None),
)
_SO_FAR = 28


def online_plan(now: datetime) -> PlannedEvent:
    """Three days around now, at the same time of day; the second session began 28 minutes ago."""
    here = daytime_zone(now)
    times = _times(now)
    ends_at = times[-1][1] + 15 * _MINUTE
    if ends_at.astimezone(ZoneInfo(here)).time() == time(0):  # that would be one more day
        ends_at += _MINUTE
    return PlannedEvent(
        title="Sketching together, online",
        timezone=here,
        starts_at=times[0][0],
        ends_at=ends_at,
        description="Three evenings at the same table, each at home: warm up, draw along, show around.\n\n"
        "Being there for most of one evening counts as attended.",
        place="Online",
        policy={"capacity": 24, "online_counts": True},
    )


def tell_online(stage: Stage, plan: PlannedEvent) -> None:
    """Sixteen people draw together: yesterday is calculated, corrected and reported; today they are in the room."""
    began = plan.starts_at - 6 * _DAY
    event_id = stage.event("demo-online", plan, at=began)
    stage.enroll(event_id, _CLASS, first=began + _HOUR, every=5 * _HOUR)
    drafts = [
        SessionDraft("Draw along", "interactive_course", starts_at, ends_at) for starts_at, ends_at in _times(stage.now)
    ]
    organizer = stage.actor("organizer", Role.ORGANIZER)
    yesterday, today, _ = create_sessions(
        event_id=event_id, drafts=drafts, actor=organizer, request_id="demo-online-sessions", now=began
    )
    _tell(stage, yesterday, drafts[0].starts_at, _YESTERDAY, closed_at=drafts[0].ends_at + 8 * _MINUTE)
    _tell(stage, today, drafts[1].starts_at, _TODAY)
    _calculate(stage, yesterday, drafts[0].ends_at)
    _excuse(stage, yesterday, "mohamed", at=drafts[0].ends_at + 2 * _HOUR)


def _times(now: datetime) -> list[tuple[datetime, datetime]]:
    """Start and end of the three sessions."""
    began = now.replace(second=0, microsecond=0) - _SO_FAR * _MINUTE
    return [(began + shift * _DAY, began + shift * _DAY + _LENGTH) for shift in (-1, 0, 1)]


def _calculate(stage: Stage, session_id: int, ended_at: datetime) -> None:
    """As the jobs did: six minutes after the end, and once more when nobody's leave could come any more."""
    now = ended_at + 6 * _MINUTE
    fold_due_rooms(now=now)
    for _ in calculate_sessions(chosen_sessions(now, session_id=session_id), now=now):
        pass
    later = ended_at + _HOUR + 10 * _MINUTE
    for _ in reconcile_sessions(chosen_sessions(later, session_id=session_id, only_due=False), now=later):
        pass


def _excuse(stage: Stage, session_id: int, who: str, *, at: datetime) -> None:
    user_id = stage.people[who]
    own = select(SessionReport.marked_status).where(
        SessionReport.session_id == session_id, SessionReport.user_id == user_id
    )
    if db.session.scalar(own) is None:
        mark_presence(
            session_id=session_id,
            user_id=user_id,
            status=StaffMark.ABSENT_EXCUSED,
            reason="Told us the day before",
            actor=stage.actor("organizer", Role.ORGANIZER),
            now=at,
            request_id="demo-online-excused",
        )


def _tell(
    stage: Stage,
    session_id: int,
    starts_at: datetime,
    stays: tuple[tuple[str, int, int | None], ...],
    closed_at: datetime | None = None,
) -> None:
    """Send what the video server would have sent, in the order in which it happened. Sent again it is the same."""
    keys = {"APIdemo": token_urlsafe(32)}
    told = list(_deliveries(stage, session_id, starts_at, stays))
    if closed_at is not None:
        told.append((closed_at, "room_finished", {}))
    told.sort(key=lambda one: one[0])
    room = {"sid": f"RM_demo{session_id}", "name": default_room(session_id)}
    for number, (at, kind, participant) in enumerate([(starts_at - 15 * _MINUTE, "room_started", {}), *told]):
        said: dict[str, Any] = {"event": kind, "room": room}
        if participant:
            said["participant"] = participant
        said |= {"id": f"EV_demo{session_id}x{number}", "createdAt": str(int(at.timestamp()))}
        body = json.dumps(said, ensure_ascii=False).encode()
        token = webhook_token(body, key_name="APIdemo", secret=keys["APIdemo"])
        take_delivery(body, token, keys=keys, now=at + timedelta(seconds=1))
    fold_due_rooms(now=stage.now)


def _deliveries(
    stage: Stage, session_id: int, starts_at: datetime, stays: tuple[tuple[str, int, int | None], ...]
) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    """(when, what, who) of each coming and going; nobody comes on the full minute."""
    numbers = count(1)
    for who, came, went in stays:
        number = next(numbers)
        joined_at = starts_at + came * _MINUTE + timedelta(seconds=number * 7 % 60)
        person = {
            "sid": f"PA_demo{session_id}x{number}",
            "identity": identity_for(stage.people[who]) if who in stage.people else f"guest-{number}",
            "name": who,
            "joinedAt": str(int(joined_at.timestamp())),
        }
        yield joined_at, "participant_joined", {**person, "state": "ACTIVE"}
        if went is not None:
            left_at = starts_at + went * _MINUTE + timedelta(seconds=number * 11 % 60)
            yield left_at, "participant_left", {**person, "state": "DISCONNECTED"}
