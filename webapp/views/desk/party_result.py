"""What is shown of people who came together: who is in, and who of the others is here."""

from collections.abc import Sequence

from webapp.domain.places.standby import MAY_STAND_BY
from webapp.languages.words import gettext, ngettext
from webapp.queries.desk.guest import Guest
from webapp.queries.standby_line import places_in_standby
from webapp.views.desk.result import Action, Heads, Result, Scene
from webapp.views.words.instants import clock_time


def of_party(scene: Scene, guest: Guest, party: Sequence[Guest]) -> Result:
    """Somebody came with others: the crew says who of them is here."""
    today, positions = scene.door.today, _positions(scene)
    entries = [(one, one.live_on(today)) for one in party]
    arrived = tuple((one.name, clock_time(entry.at, scene.tz)) for one, entry in entries if entry is not None)
    in_line = tuple((one.name, positions[one.enrollment_id]) for one in party if one.enrollment_id in positions)
    missing = [one for one, entry in entries if entry is None and one.enrollment_id not in positions]
    begun = ngettext("{n} is already in.", "{n} are already in.", len(arrived)) if arrived else ""
    return Result(
        "ask",
        "people",
        gettext("Party of {n}", n=len(party)),
        guest.name,
        " ".join(filter(None, (begun, gettext("Choose who is here.")))),
        heads=Heads(
            scene.url("check_in_party"),
            guest.enrollment_id,
            arrived,
            tuple((one.enrollment_id, one.name) for one in missing),
            waits=all(one.status in MAY_STAND_BY for one in missing),
            in_line=in_line,
        ),
        key=f"party{guest.enrollment_id}.{len(arrived)}.{len(in_line)}",
    )


def is_missed(scene: Scene, party: Sequence[Guest]) -> bool:
    """Whether somebody of them is neither in nor in the line."""
    positions = _positions(scene)
    return any(one.live_on(scene.door.today) is None and one.enrollment_id not in positions for one in party)


def _positions(scene: Scene) -> dict[int, int]:
    return places_in_standby(scene.event.id) if scene.event.standby_minutes is not None else {}


def came_in(scene: Scene, names: Sequence[str]) -> Result:
    """These are in by one tap."""
    see = Action(gettext("See entries"), scene.url("arrivals"))
    more = ", ".join((clock_time(scene.now, scene.tz), *names[1:]))
    say = gettext("Checked in") if len(names) == 1 else gettext("{n} checked in", n=len(names))
    return Result("ok", "check", say, names[0], more, (see,))
