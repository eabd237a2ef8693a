"""What happened to an enrollment, in words: who moved it, and what somebody should look at."""

from typing import Any

from webapp.domain.desk.check_in import CheckInMethod as M
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind
from webapp.languages.kept_texts import kept_text
from webapp.languages.words import N_, gettext, ngettext
from webapp.views.admin.blueprint import blueprint

#: What the system does, by the status it leads to.
_BY_SYSTEM = {
    S.CONFIRMED: N_("Moved up from the waitlist"),
    S.ATTENDED: N_("Automatic closing"),
    S.NO_SHOW: N_("Automatic closing"),
    S.UNDECIDED: N_("Automatic closing"),
    S.CANCELLED: N_("Event called off"),
}
_BY_PERSON = {
    S.CONFIRMED: N_("Enrolled"),
    S.WAITLISTED: N_("Joined the waitlist"),
    S.PENDING: N_("Applied"),
    S.CANCELLED: N_("Cancelled by participant"),
}
_BY_CREW = {
    S.CONFIRMED: N_("Given a place"),
    S.WAITLISTED: N_("Put on the waitlist"),
    S.CHECKED_IN: N_("Checked in"),
    S.CANCELLED: N_("Cancelled"),
    S.REJECTED: N_("Declined"),
}
_METHODS = {
    M.MANUAL: N_("by name"),
    M.CODE: N_("by code"),
    M.QR: N_("by scan"),
    M.WALK_IN: N_("as a walk-in"),
    M.ONLINE: N_("by online presence"),
    M.OVERRIDE: N_("by an override"),
}
_ATTENTION = {
    "not_published": N_("Starts soon, not published"),
    "closing_failed": N_("Closing failed"),
    "not_closed": N_("Ended, not closed yet"),
    "applications": N_("{people} to decide on"),
    "sessions_not_calculated": N_("{sessions} not calculated"),
    "sessions_to_review": N_("{sessions} to review"),
    "undecided": N_("{undecided} to decide"),
    "appeals": N_("{appeals} to answer"),
    "late_facts": N_("{outcomes} contradicted by later evidence"),
    "seats_beside_queue": N_("Waitlist {waiting}, {free}"),
}


@blueprint.app_template_global()
def change_words(move: Any) -> str:
    """The last change of a person in a few words: "Override by Dana Kim", "Automatic closing"."""
    if move.to_status is None:
        return gettext("No entry in the audit trail")
    target, kind = S(move.to_status), TransitionKind(move.kind)
    if kind is TransitionKind.OVERRIDE:
        return gettext("Override by {actor}", actor=actor_words(move))
    if kind is TransitionKind.WITHDRAWAL:
        return gettext("Override withdrawn by {actor}", actor=actor_words(move))
    if kind is TransitionKind.REOPENING:
        return gettext("Event reopened by {actor}", actor=actor_words(move))
    if move.from_status == S.UNDECIDED:
        return (
            gettext("Late evidence")
            if move.triggered_by == Trigger.SYSTEM
            else gettext("Decided by {actor}", actor=actor_words(move))
        )
    if move.triggered_by == Trigger.SYSTEM:
        return str(_BY_SYSTEM.get(target, N_("System")))
    if move.triggered_by == Trigger.USER:
        return str(_BY_PERSON.get(target, N_("Participant")))
    if (move.from_status, target) == (S.CHECKED_IN, S.CONFIRMED):
        return gettext("Check-in undone by {actor}", actor=actor_words(move))
    return gettext("{change} by {actor}", change=_BY_CREW.get(target, N_("Changed")), actor=actor_words(move))


@blueprint.app_template_global()
def actor_words(move: Any) -> str:
    """The name behind a move, isolated so that any script reads in its own direction."""
    name = kept_text(move.actor_label or move.actor_name or "") or gettext("someone")
    return f"\u2068{name}\u2069"


@blueprint.app_template_global()
def method_words(method: str) -> str:
    """How somebody was checked in: "by code"."""
    return str(_METHODS[M(method)])


@blueprint.app_template_global()
def attention_words(found: tuple[str, dict[str, object]]) -> str:
    """What about an event needs attention: "Waitlist 6, 2 free places"."""
    code, facts = found
    said = {name: _ATTENDED_TO[name](number) for name, number in facts.items() if name in _ATTENDED_TO}
    return _ATTENTION[code].format(**{**facts, **said})


_ATTENDED_TO = {
    "people": lambda number: ngettext("{n} application", "{n} applications", number),
    "sessions": lambda number: ngettext("{n} session", "{n} sessions", number),
    "undecided": lambda number: ngettext("{n} undecided outcome", "{n} undecided outcomes", number),
    "appeals": lambda number: ngettext("{n} appeal", "{n} appeals", number),
    "outcomes": lambda number: ngettext("{n} outcome", "{n} outcomes", number),
    "free": lambda number: ngettext("{n} free place", "{n} free places", number),
}
