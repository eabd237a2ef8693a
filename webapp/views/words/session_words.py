"""The words for an online session: where it stands, what was measured, and by which rule."""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.domain.online.meeting_session import SessionState
from webapp.domain.online.presence import Presence, StaffMark
from webapp.domain.online.session_kind import KINDS, ReportField, SessionKind
from webapp.languages import formats
from webapp.languages.words import N_, gettext
from webapp.views.presence_picture import instant_of
from webapp.views.words.instants import clock_time
from webapp.views.words.statuses import StatusWords, alike

STATE: Mapping[str, StatusWords] = {
    SessionState.PLANNED: alike(N_("Planned"), "mute", "cal"),
    SessionState.RUNNING: alike(N_("Running"), "brand", "door"),
    SessionState.ENDED: StatusWords(N_("Ended"), N_("Ended, being calculated"), "dashed", "clock"),
    SessionState.CALCULATED: StatusWords(N_("Ended"), N_("Calculated"), "ok", "yes"),
    SessionState.NEEDS_REVIEW: StatusWords(N_("Ended"), N_("Needs review"), "wait", "warn"),
    SessionState.FAILED: StatusWords(N_("Ended"), N_("Calculation failed"), "no", "warn"),
    SessionState.CANCELLED: alike(N_("Called off"), "mute", "miss"),
}
_NOT_YET = alike(N_("Not calculated yet"), "dashed", "clock")
_REVIEW = StatusWords(N_("Not sure yet"), N_("Needs review"), "dashed", "warn")
PRESENCE: Mapping[str, StatusWords] = {
    Presence.PRESENT: alike(N_("Present"), "ok", "check"),
    Presence.LATE: alike(N_("Late"), "wait", "clock"),
    Presence.PARTIAL: alike(N_("Part of it"), "wait", "part"),
    Presence.ABSENT: alike(N_("Absent"), "mute", "miss"),
    StaffMark.ABSENT_EXCUSED: StatusWords(N_("Excused"), N_("Absent, excused"), "mute", "miss"),
    StaffMark.ABSENT_UNEXCUSED: StatusWords(N_("Absent"), N_("Absent, not excused"), "no", "miss"),
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
        said = gettext("Late by {late_minutes} min", late_minutes=late_minutes)
        return alike(said, words.tone, words.icon)
    return words


def kind_of(session: Any) -> SessionKind:
    """The kind of a session (a row). One that is not known any more is measured as an event's."""
    return KINDS.get(session.kind, KINDS["event"])


def rule_sentence(session: Any) -> str:
    """The rule in one line, as the kind of the session has it."""
    rule = kind_of(session).thresholds
    return gettext(
        "Present: in the room for more than {half} % of the session and within {minutes} minutes of the start, or for "
        "more than {most} %. Late: more than {half} %, but later than that. Part of it: at least {absent_below} %. "
        "Absent: less.",
        half=rule.partial_up_to,
        minutes=rule.grace_seconds // 60,
        most=rule.late_up_to,
        absent_below=rule.absent_below,
    )


def kind_options(kinds: Iterable[SessionKind]) -> list[tuple[str, str, str | None]]:
    """Choices of a form: word, name, and what the report of that kind asks for besides."""
    return [
        (kind.word, gettext(kind.name), _asks(kind) if kind.report_fields else gettext("Presence only."))
        for kind in kinds
    ]


def _asks(kind: SessionKind) -> str:
    if not kind.report_fields:
        return gettext("Presence only.")
    labels = [gettext(field.label) for field in kind.report_fields]
    listed = formats.listed([label[0].lower() + label[1:] for label in labels])
    return gettext("The report also asks for {fields}.", fields=listed)


def report_choices(field: ReportField) -> list[tuple[str, str]]:
    """The choices of a report's field: word and name."""
    return [(word, gettext(name)) for word, name in field.choices]


def people_options(people: Iterable[Any]) -> list[tuple[int, str, str]]:
    """Choices of people: id, name, and what tells them apart."""
    return [(one.user_id, one.name, ", ".join(filter(None, (one.email, _seen(one.seconds))))) for one in people]


def _seen(seconds: int) -> str:
    return (
        gettext("in the room under their own name for {minutes} min", minutes=seconds // 60)
        if seconds
        else gettext("not seen in the room")
    )


def guest_times(guest: Any, timezone: str) -> str:
    """10:02 to 10:40, since 10:45"""
    said = []
    for stay in guest.stays:
        begin = clock_time(instant_of(stay.joined), timezone)
        is_open = stay.left is None
        said.append(
            gettext("since {begin}", begin=begin)
            if is_open
            else gettext("{begin} to {end}", begin=begin, end=clock_time(instant_of(stay.left), timezone))
        )
    return ", ".join(said)
