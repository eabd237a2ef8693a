"""The words for an online session: where it stands, what was measured, and by which rule."""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.domain.meeting_session import SessionState
from webapp.domain.presence import Mark, Presence
from webapp.domain.session_kind import KINDS, SessionKind
from webapp.views.instants import clock_time
from webapp.views.presence_picture import instant_of
from webapp.views.wording import StatusWords

STATE: Mapping[str, StatusWords] = {
    SessionState.PLANNED: StatusWords("Planned", "Planned", "mute", "cal"),
    SessionState.RUNNING: StatusWords("Running", "Running", "brand", "door"),
    SessionState.ENDED: StatusWords("Ended", "Ended: being calculated", "dashed", "clock"),
    SessionState.CALCULATED: StatusWords("Ended", "Calculated", "ok", "yes"),
    SessionState.NEEDS_REVIEW: StatusWords("Ended", "Needs review", "wait", "warn"),
    SessionState.FAILED: StatusWords("Ended", "Calculation failed", "no", "warn"),
    SessionState.CANCELLED: StatusWords("Called off", "Called off", "mute", "miss"),
}
_NOT_YET = StatusWords("Not calculated yet", "Not calculated yet", "dashed", "clock")
_REVIEW = StatusWords("Not sure yet", "Needs review", "dashed", "warn")
PRESENCE: Mapping[str, StatusWords] = {
    Presence.PRESENT: StatusWords("Present", "Present", "ok", "check"),
    Presence.LATE: StatusWords("Late", "Late", "wait", "clock"),
    Presence.PARTIAL: StatusWords("Part of it", "Part of it", "wait", "part"),
    Presence.ABSENT: StatusWords("Absent", "Absent", "mute", "miss"),
    Mark.ABSENT_EXCUSED: StatusWords("Excused", "Absent, excused", "mute", "miss"),
    Mark.ABSENT_UNEXCUSED: StatusWords("Absent", "Absent, not excused", "no", "miss"),
}


def session_state_words(state: object) -> StatusWords:
    """Planned, Running, Ended: being calculated, Calculated, Needs review, Called off."""
    return STATE[str(state)]


def presence_words(status: object, *, late_minutes: int = 0, needs_review: bool = False) -> StatusWords:
    """The result of one person in one session: "Late by 12 min". None is not calculated yet."""
    if status is None:
        return _REVIEW if needs_review else _NOT_YET
    words = PRESENCE[str(status)]
    if status == Presence.LATE and late_minutes:
        said = f"Late by {late_minutes} min"
        return StatusWords(said, said, words.tone, words.icon)
    return words


def kind_of(session: Any) -> SessionKind:
    """The kind of a session (a row). One that is not known any more is measured as an event's."""
    return KINDS.get(session.kind, KINDS["event"])


def rule_sentence(session: Any) -> str:
    """The rule in one line, as the kind of the session has it."""
    rule = kind_of(session).thresholds
    half = "half" if rule.partial_up_to == 50 else f"{rule.partial_up_to} %"
    most = "three quarters" if rule.late_up_to == 75 else f"{rule.late_up_to} %"
    return (
        f"Present: there for over {half} and within {rule.grace_seconds // 60} minutes of the start, or for over "
        f"{most}. Late: over {half}, but later than that. Part of it: {rule.absent_below} % at least. Absent: less."
    )


def kind_options(kinds: Iterable[SessionKind]) -> list[tuple[str, str, str | None]]:
    """Choices of a form: word, name, and what the report of that kind asks for besides."""
    return [(kind.word, kind.name, _asks(kind) if kind.report_fields else "Presence alone.") for kind in kinds]


def _asks(kind: SessionKind) -> str:
    labels = [field.label[0].lower() + field.label[1:] for field in kind.report_fields]
    return f"The report has room for {', '.join(labels[:-1])} and {labels[-1]}."


def people_options(people: Iterable[Any]) -> list[tuple[int, str, str]]:
    """Choices of people: id, name, and what tells them apart."""
    return [(one.user_id, one.name, ", ".join(filter(None, (one.email, _seen(one.seconds))))) for one in people]


def _seen(seconds: int) -> str:
    return f"in the room for {seconds // 60} min under their own name" if seconds else "not seen in the room"


def guest_times(guest: Any, timezone: str) -> str:
    """10:02 to 10:40, since 10:45"""
    said = []
    for stay in guest.stays:
        begin = clock_time(instant_of(stay.joined), timezone)
        is_open = stay.left is None
        said.append(f"since {begin}" if is_open else f"{begin} to {clock_time(instant_of(stay.left), timezone)}")
    return ", ".join(said)
