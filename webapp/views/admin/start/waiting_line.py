"""One line of what waits, and the one about appeals: those of all events together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from webapp.domain.events.appeal import may_decide
from webapp.domain.permission import Actor, Permission
from webapp.languages.words import gettext, ngettext
from webapp.queries.events.admin_events import ListedEvent
from webapp.views.words.instants import when


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line. `tone`: `wait` where people wait for an answer, `no` where something went wrong, else empty."""

    number: int
    words: str
    about: str
    href: str
    tone: str = ""


def appeal_line(actor: Actor, events: Iterable[ListedEvent], now: datetime) -> Iterator[Waiting]:
    """Those of all events in one line, for who answers them."""
    mine = [one for one in events if one.appeals_until is not None and _decides(actor, one)]
    if not mine:
        return
    first = min(mine, key=lambda one: one.appeals_until or now)
    number = sum(one.appeals for one in mine)
    until = first.appeals_until or now
    about = gettext(
        "The first, about {title}, until {until}.", title=first.title, until=when(until, first.timezone, now)
    )
    yield Waiting(
        number, ngettext("Appeal to answer", "Appeals to answer", number), about, url_for("admin.appeals"), "wait"
    )


def _decides(actor: Actor, event: ListedEvent) -> bool:
    where = (event.organization_id, event.facility_id)
    return may_decide(
        overrides=actor.can(Permission.OVERRIDE_OUTCOME, *where),
        settles=actor.can(Permission.SETTLE_OUTCOME, *where),
        organizers_decide=event.organizers_decide_appeals,
    )
