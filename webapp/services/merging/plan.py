"""What a merge does at the events and classes of two rows: decided by the pure rule, written by nobody yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.domain.people.merge import Stand, keeps_other
from webapp.queries.people.records.merge import stands_at_events, stands_in_classes
from webapp.services.merging.moving import Offerings, offerings_of

_Stands = Mapping[int, tuple[Stand, int | None]]


@dataclass(frozen=True, slots=True)
class Double:
    """An event or class at which both have something: what the place that goes was, and its enrollment."""

    title: str
    status: str | None
    enrollment_id: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`simple` go over as they are; at the `won` the place of the row that goes is better, at the others it is not."""

    simple: Offerings
    won: Offerings
    #: By event id, and by class id.
    events: Mapping[int, Double]
    classes: Mapping[int, Double]

    @property
    def doubles(self) -> list[Double]:
        """All of them that had a place on either side."""
        return [one for one in (*self.events.values(), *self.classes.values()) if one.enrollment_id is not None]


def plan_merge(session: Session, *, kept_id: int, merged_id: int) -> Plan:
    """Decide event by event and class by class. Raises `merge_both_present`."""
    kept, other = offerings_of(session, kept_id), offerings_of(session, merged_id)
    both = kept & other
    won_events, events = _settle(
        stands_at_events(session, kept_id, both.events), stands_at_events(session, merged_id, both.events)
    )
    won_classes, classes = _settle(
        stands_in_classes(session, kept_id, both.classes), stands_in_classes(session, merged_id, both.classes)
    )
    return Plan(other - both, Offerings(won_events, won_classes), events, classes)


def _settle(kept: _Stands, other: _Stands) -> tuple[frozenset[int], dict[int, Double]]:
    """Where the other's place is the better one, and what the worse place of each is."""
    won = frozenset(number for number in kept if keeps_other(kept[number][0], other[number][0]))
    worse = {number: (kept if number in won else other)[number] for number in kept}
    return won, {number: Double(stand.title, stand.status, one) for number, (stand, one) in worse.items()}
