"""What is shown of people who came together: who is in, and who of the others is here."""

from collections.abc import Sequence

from webapp.languages.words import gettext, ngettext
from webapp.queries.desk.guest import Guest
from webapp.views.desk.result import Action, Heads, Result, Scene
from webapp.views.words.instants import clock_time


def of_party(scene: Scene, guest: Guest, party: Sequence[Guest]) -> Result:
    """Somebody came with others: the crew says who of them is here."""
    today = scene.door.today
    entries = [(one, one.live_on(today)) for one in party]
    arrived = tuple((one.name, clock_time(entry.at, scene.tz)) for one, entry in entries if entry is not None)
    missing = tuple((one.enrollment_id, one.name) for one, entry in entries if entry is None)
    begun = ngettext("{n} is already in.", "{n} are already in.", len(arrived)) if arrived else ""
    return Result(
        "ask",
        "people",
        gettext("Party of {n}", n=len(party)),
        guest.name,
        " ".join(filter(None, (begun, gettext("Choose who is here.")))),
        heads=Heads(scene.url("check_in_party"), guest.enrollment_id, arrived, missing),
        key=f"party{guest.enrollment_id}.{len(arrived)}",
    )


def came_in(scene: Scene, names: Sequence[str]) -> Result:
    """These are in by one tap."""
    see = Action(gettext("See entries"), scene.url("arrivals"))
    more = ", ".join((clock_time(scene.now, scene.tz), *names[1:]))
    say = gettext("Checked in") if len(names) == 1 else gettext("{n} checked in", n=len(names))
    return Result("ok", "check", say, names[0], more, (see,))
