"""Why somebody was not let into a class, said to staff."""

from webapp.domain.refusal import Refused
from webapp.languages import formats
from webapp.languages.words import N_, gettext
from webapp.queries.classes.class_sessions import PersonClash
from webapp.views.admin.blueprint import blueprint
from webapp.views.words.class_words import class_enrollment_words
from webapp.views.words.instants import when
from webapp.views.words.refusals import refusal_sentence


@blueprint.app_template_global()
def refused_words(refused: Refused) -> str:
    """Why one person of many was not let in, for staff."""
    if refused.code == "already_enrolled":
        return gettext(
            "Already in this class: {crew}", crew=class_enrollment_words(refused.facts["status"]).crew.lower()
        )
    if refused.code == "answered_no_but_enrolled":
        status = class_enrollment_words(refused.facts["status"]).crew.lower()
        return gettext(
            "The file says “{says}”, but this person is in the class ({status}). They stay enrolled",
            says=refused.facts["says"],
            status=status,
        )
    if refused.code == "person_clash":
        clashes = refused.facts["clashes"]
        told = (f"“{one.title}” ({clash_words(one)})" for one in clashes)
        return gettext("Has another class at the same time: {told}", told=", ".join(told))
    return refusal_sentence(refused.code, **refused.facts)


_EVERY = (
    N_("Mondays"),
    N_("Tuesdays"),
    N_("Wednesdays"),
    N_("Thursdays"),
    N_("Fridays"),
    N_("Saturdays"),
    N_("Sundays"),
)


def clash_words(clash: PersonClash) -> str:
    """Mondays and Wednesdays from Mon 15 June, 19:00; one that meets once by its date alone."""
    first = when(clash.starts_at, clash.timezone)
    if clash.sessions == 1:
        return first
    days = formats.listed([gettext(_EVERY[day]) for day in clash.weekdays])
    return gettext("{days} from {first}", days=days, first=first)
