"""What happened to an enrollment, in words: who moved it, and what somebody should look at."""

from typing import Any

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import TransitionKind, Trigger
from webapp.views.admin.blueprint import blueprint

#: What the system does, by the status it leads to.
_BY_SYSTEM = {
    S.CONFIRMED: "Moved up from the waitlist",
    S.ATTENDED: "Closure job",
    S.NO_SHOW: "Closure job",
    S.CANCELLED: "Event called off",
}
_BY_PERSON = {
    S.CONFIRMED: "Enrolled",
    S.WAITLISTED: "Joined the waitlist",
    S.PENDING: "Applied",
    S.CANCELLED: "Cancelled by participant",
}
_BY_CREW = {
    S.CONFIRMED: "Given a place",
    S.WAITLISTED: "Put on the waitlist",
    S.CHECKED_IN: "Checked in",
    S.CANCELLED: "Cancelled",
    S.REJECTED: "Not accepted",
}
_METHODS = {
    "manual": "by name",
    "code": "by code",
    "qr": "by scan",
    "walk_in": "as a walk-in",
    "online": "by online presence",
    "override": "by an override",
}
_ATTENTION = {
    "not_published": "Starts soon and is not published",
    "closing_failed": "Closure job failed",
    "not_closed": "Ended, not closed yet",
    "applications": "{people} to decide about",
    "sessions_not_calculated": "{sessions} not calculated",
    "sessions_to_review": "{sessions} to review",
    "seats_beside_queue": "Waitlist {waiting}, {free} free places",
}


@blueprint.app_template_global()
def change_words(move: Any) -> str:
    """The last change of a person in a few words: "Override by Dana Kim", "Closure job"."""
    if move.to_status is None:
        return "No entry in the trail"
    target, kind = S(move.to_status), TransitionKind(move.kind)
    if kind is TransitionKind.OVERRIDE:
        return f"Override by {actor_words(move)}"
    if kind is TransitionKind.WITHDRAWAL:
        return f"Override withdrawn by {actor_words(move)}"
    if move.triggered_by == Trigger.SYSTEM:
        return _BY_SYSTEM.get(target, "System")
    if move.triggered_by == Trigger.USER:
        return _BY_PERSON.get(target, "Participant")
    if (move.from_status, target) == (S.CHECKED_IN, S.CONFIRMED):
        return f"Check-in taken back by {actor_words(move)}"
    return f"{_BY_CREW.get(target, 'Changed')} by {actor_words(move)}"


@blueprint.app_template_global()
def actor_words(move: Any) -> str:
    """The name behind a move, isolated so that any script reads in its own direction."""
    name = move.actor_label or move.actor_name or "somebody"
    return f"\u2068{name}\u2069"


@blueprint.app_template_global()
def method_words(method: str) -> str:
    """How somebody was checked in: "by code"."""
    return _METHODS[str(method)]


@blueprint.app_template_global()
def attention_words(found: tuple[str, dict[str, object]]) -> str:
    """What about an event needs attention: "Waitlist 6, 2 free places"."""
    code, facts = found
    people = facts.get("people")
    sessions = facts.get("sessions")
    said = {
        **facts,
        "people": "1 application" if people == 1 else f"{people} applications",
        "sessions": "1 session" if sessions == 1 else f"{sessions} sessions",
    }
    return _ATTENTION[code].format(**said).replace(", 1 free places", ", 1 free place")
