"""What happens in the demonstration and when: events around one instant, at plausible local hours."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from webapp.domain.event_days import local_date, to_instant
from webapp.domain.events.closure import AttendanceRequirement as Requirement
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.places.enrollment import EnrollmentMethod

BERLIN, SAO_PAULO = "Europe/Berlin", "America/Sao_Paulo"


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One event of the demonstration; `policy` names what differs from an open, unlimited one."""

    title: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    description: str
    place: str
    policy: dict[str, object] = field(default_factory=dict)

    def draft(self, facility_id: int) -> EventDraft:
        """The same as an organizer's form would send it."""
        policy: dict[str, Any] = {
            "method": EnrollmentMethod.RSVP,
            "capacity": None,
            "has_waitlist": True,
            "attendance_requirement": Requirement.ANY_DAY,
            "minimum_days": None,
            "opens_at": None,
            "closes_at": None,
            "cancellation_deadline_hours": None,
            "online_counts": False,
            **self.policy,
        }
        return EventDraft(
            title=self.title,
            description=self.description,
            place=self.place,
            facility_id=facility_id,
            cover=_cover(self.title),
            timezone=self.timezone,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            **policy,
        )


def _cover(title: str) -> str:
    """A pattern and a hue, always the same for the same title."""
    number = crc32(title.encode())
    return f"{('arc', 'petal', 'stripe')[number % 3]} {('clay', 'sea', 'moss', 'plum', 'sun')[number // 3 % 5]}"


def daytime_zone(now: datetime) -> str:
    """The one of the two zones in which it is closer to early afternoon now."""

    def distance(zone: str) -> float:
        local = now.astimezone(ZoneInfo(zone))
        return abs(local.hour + local.minute / 60 - 14)

    return min((BERLIN, SAO_PAULO), key=distance)


def planned_events(now: datetime) -> dict[str, PlannedEvent]:
    """All events of Northside Makers by a short name, laid out around `now` (aware UTC)."""
    here = daytime_zone(now)
    return {
        "clay": _clay(now),
        "repair": _repair(now),
        "studio": _studio(now),
        "residency": _residency(now),
        "weekend": _weekend(now, here),
        "mending": _mending(now, here),
        "printing": _printing(now),
        "binding": _binding(now),
        "market": _market(now),
        "river": _river(now),
        "lamps": _lamps(now),
    }


def past_evenings(now: datetime) -> list[PlannedEvent]:
    """An open studio night in each of the last months, the first of them first.

    So many that what was expected of them can be compared with who came.
    """
    days = (-345, -310, -275, -240, -205, -170, -128, -99, -70, -42, -28, -14)
    return [
        PlannedEvent(
            title="Open studio night",
            timezone=BERLIN,
            starts_at=_local(now, on, "18:00", BERLIN),
            ends_at=_local(now, on, "22:00", BERLIN),
            description="Every bench is open. Come with a project or find one.",
            place="All studios",
            policy={"capacity": 18},
        )
        for on in days
    ]


def choro(now: datetime) -> PlannedEvent:
    """The event of the second organization."""
    return PlannedEvent(
        title="Roda de choro",
        timezone=SAO_PAULO,
        starts_at=_local(now, 9, "19:30", SAO_PAULO),
        ends_at=_local(now, 9, "22:00", SAO_PAULO),
        description="An open circle for choro. Bring an instrument, or just listen.",
        place="Courtyard",
        policy={"capacity": 30},
    )


def _clay(now: datetime) -> PlannedEvent:
    saturday = 5 + -local_date(now, BERLIN).weekday() % 7
    return PlannedEvent(
        title="Hand-building with clay",
        timezone=BERLIN,
        starts_at=_local(now, saturday, "10:00", BERLIN),
        ends_at=_local(now, saturday, "12:30", BERLIN),
        description="Coil, slab and pinch: make two pieces and have them fired.\n\n"
        "No experience needed.\n\n# Included\n\n- clay and tools\n- firing and glaze\n\n"
        "# Bring\n\nAn apron, and *short nails*.",
        place="Studio 2",
        policy={"capacity": 12, "cancellation_deadline_hours": 24},
    )


def _repair(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="Bike repair evening",
        timezone=SAO_PAULO,
        starts_at=_local(now, 4, "19:00", SAO_PAULO),
        ends_at=_local(now, 4, "21:30", SAO_PAULO),
        description="Bring your bike, leave with working brakes. One stand for each person.",
        place="Workshop",
        policy={"capacity": 8, "has_waitlist": False},
    )


def _studio(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="Open studio night",
        timezone=BERLIN,
        starts_at=_local(now, 2, "18:00", BERLIN),
        ends_at=_local(now, 2, "22:00", BERLIN),
        description="Every bench is open. Come with a project or find one.",
        place="All studios",
    )


def _residency(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="Maker residency",
        timezone=BERLIN,
        starts_at=_local(now, 30, "09:00", BERLIN),
        ends_at=_local(now, 34, "17:00", BERLIN),
        description="Five days with a bench of your own and a mentor. Apply; the team decides.",
        place="Studio 4",
        policy={"capacity": 3, "method": EnrollmentMethod.APPLICATION, "attendance_requirement": Requirement.ALL_DAYS},
    )


def _weekend(now: datetime, here: str) -> PlannedEvent:
    return PlannedEvent(
        title="Harbour Code Camp",
        timezone=here,
        starts_at=_local(now, -1, "10:00", here),
        ends_at=_local(now, 1, "17:00", here),
        description="Three days of building together. Attended means at least two of them.",
        place="Main hall",
        policy={"capacity": 48, "attendance_requirement": Requirement.MINIMUM_DAYS, "minimum_days": 2},
    )


def _mending(now: datetime, here: str) -> PlannedEvent:
    ended = (now - timedelta(minutes=20)).replace(second=0, microsecond=0)
    return PlannedEvent(
        title="Mending circle",
        timezone=here,
        starts_at=ended - timedelta(hours=2, minutes=30),
        ends_at=ended,
        description="Needles, thread and company: bring what is torn.",
        place="Studio 3",
        policy={"capacity": 20},
    )


def _printing(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="Screen printing basics",
        timezone=BERLIN,
        starts_at=_local(now, -4, "14:00", BERLIN),
        ends_at=_local(now, -3, "18:00", BERLIN),
        description="Two afternoons: cut, expose, print. Attended means both.",
        place="Print room",
        policy={"capacity": 12, "attendance_requirement": Requirement.ALL_DAYS},
    )


def _binding(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="Bookbinding evening",
        timezone=BERLIN,
        starts_at=_local(now, -6, "18:00", BERLIN),
        ends_at=_local(now, -6, "21:00", BERLIN),
        description="Fold, sew, glue: everybody takes a notebook home.",
        place="Studio 1",
        policy={"capacity": 20},
    )


def _market(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="Makers’ market",
        timezone=BERLIN,
        starts_at=_local(now, 45, "11:00", BERLIN),
        ends_at=None,
        description="Stalls, music, waffles. Not announced yet.",
        place="Yard",
        policy={"capacity": 200},
    )


def _river(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="River clean-up",
        timezone=SAO_PAULO,
        starts_at=_local(now, 6, "08:30", SAO_PAULO),
        ends_at=_local(now, 6, "12:00", SAO_PAULO),
        description="Gloves and bags are there. Wear boots.",
        place="Pier 3",
        policy={"capacity": 40},
    )


def _lamps(now: datetime) -> PlannedEvent:
    return PlannedEvent(
        title="Paper lamps",
        timezone=SAO_PAULO,
        starts_at=_local(now, 24, "15:00", SAO_PAULO),
        ends_at=_local(now, 24, "18:00", SAO_PAULO),
        description="Fold, glue, light. For hands from ten years on.",
        place="Studio 1",
        policy={"capacity": 16, "opens_at": _local(now, 3, "09:00", SAO_PAULO)},
    )


def _local(now: datetime, days: int, clock: str, zone: str) -> datetime:
    """The instant of a wall-clock time so many local days from now."""
    return to_instant(local_date(now, zone) + timedelta(days=days), time.fromisoformat(clock), zone).at
