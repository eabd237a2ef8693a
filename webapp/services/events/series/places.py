"""A place on several dates of a series: taken and given back date by date, each by its own rules."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from webapp.domain.permission import Actor, Trigger
from webapp.domain.refusal import Refused
from webapp.services.places.enrollment import Placed, cancel, enroll_by_slug

#: What stands in the way of all dates alike, and is answered before any.
_OF_ALL = frozenset({"terms_unaccepted", "organization_closed"})


def enroll_in_dates(
    *, slugs: Sequence[str], actor: Actor, now: datetime, links: Collection[str] = ()
) -> dict[str, Placed | Refused]:
    """`enroll_by_slug` for each date, in the given order; what became of each, by its name in addresses.

    Each is a transaction of its own, so that no date waits for another: a stop in between leaves the dates before it
    taken and the others untouched, and pressing again takes what is missing (`already_enrolled` for the rest).
    `links`: the tokens they came by.

    Raises Refused for what is refused on every date: `terms_unaccepted`, `organization_closed`.
    """
    done: dict[str, Placed | Refused] = {}
    for slug in slugs:
        try:
            done[slug] = enroll_by_slug(slug=slug, actor=actor, now=now, links=links)
        except Refused as refused:
            if refused.code in _OF_ALL:
                raise
            done[slug] = refused
    return done


def leave_dates(*, versions: Mapping[int, int], actor: Actor, now: datetime) -> dict[int, Placed | Refused]:
    """Give each of these places back, as `cancel` does for the person themselves; what became of each.

    `versions`: of each enrollment as it was seen, by its id.
    """
    done: dict[int, Placed | Refused] = {}
    for enrollment_id, version in versions.items():
        try:
            done[enrollment_id] = cancel(
                enrollment_id=enrollment_id, actor=actor, by=Trigger.USER, now=now, expected_version=version
            )
        except Refused as refused:
            done[enrollment_id] = refused
    return done
