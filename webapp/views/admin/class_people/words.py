"""Why somebody was not let into a class, said to staff."""

from webapp.domain.refusal import Refused
from webapp.views.admin.blueprint import blueprint
from webapp.views.class_words import class_enrollment_words
from webapp.views.instants import when
from webapp.views.wording import refusal_sentence


@blueprint.app_template_global()
def refused_words(refused: Refused) -> str:
    """Why one person of many was not let in, for staff."""
    if refused.code == "already_enrolled":
        return f"Already in this class: {class_enrollment_words(refused.facts['status']).crew.lower()}"
    if refused.code == "person_clash":
        clashes = refused.facts["clashes"]
        told = (f"“{one.title}” ({when(one.starts_at, one.timezone)})" for one in clashes)  # type: ignore[attr-defined]
        return f"Has another class at the same time: {', '.join(told)}"
    return refusal_sentence(refused.code, **refused.facts)
