"""The form of an online session: from text to drafts and back, every mistake named in words."""

from dataclasses import replace
from typing import Any

from webapp.domain.online.meeting_session import (
    LONGEST_SERIES,
    LONGEST_SESSION,
    TITLE_LIMIT,
    Repeat,
    SessionDraft,
    default_room,
    repeat_times,
    require_room_name,
    require_session_times,
)
from webapp.domain.online.session_kind import session_kind
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.views.admin.events.event_sentences import BAD_TIMES
from webapp.views.forms.clock_words import local_text, skipped_words, twice_words
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line, one_of, whole

_FEWEST = 2
SESSION = FormKind(
    ("title", "kind", "starts_at", "ends_at", "repeat", "count", "room_name"),
    sentences={
        **BAD_TIMES,
        ("title", "text_missing"): N_("Enter a title"),
        ("kind", "unknown_choice"): N_("Choose one of the options"),
        "number_invalid": N_("Enter a whole number of weeks from {low} to {high}"),
        "time_skipped": skipped_words,
    },
    field_of={
        "session_end_not_after_start": "ends_at",
        "session_too_long": "ends_at",
        "session_in_past": "ends_at",
        "session_outside_event": "starts_at",
        "series_too_long": "repeat",
        "room_taken": "room_name",
        "unknown_choice": "kind",
        "time_skipped": "repeat",
    },
)


def new_form(event: Any) -> Form:
    """An empty form: one session of the usual kind, from the event's start to its end where that is possible."""
    is_one_day = event.effective_end_at - event.starts_at <= LONGEST_SESSION
    return SESSION.filled(
        {
            "title": event.title,
            "kind": "event",
            "repeat": Repeat.ONCE,
            "count": 4,
            "starts_at": local_text(event.starts_at, event.timezone),
            "ends_at": local_text(event.effective_end_at, event.timezone) if is_one_day else "",
        }
    )


def filled(session: Any, event: Any) -> Form:
    """The form of a session as it is stored."""
    is_usual = session.room_name == default_room(session.id)
    return SESSION.filled(
        {
            "title": session.title,
            "kind": session.kind,
            "repeat": Repeat.ONCE,
            "starts_at": local_text(session.starts_at, event.timezone),
            "ends_at": local_text(session.ends_at, event.timezone),
            "room_name": "" if is_usual else session.room_name,
        }
    )


def drafts_of(form: Form, event: Any) -> list[SessionDraft] | None:
    """The sessions that the form describes, or None with the mistakes noted in it."""
    first = draft_of(form, event)
    repeat = form.read("repeat", one_of(Repeat))
    count = form.read("count", whole(_FEWEST, LONGEST_SERIES)) if repeat is Repeat.WEEKLY else 1
    if first is None or form.errors:
        return None
    try:
        times, twice = repeat_times(
            first.starts_at, first.ends_at, repeat=repeat, count=count, days=event.days, timezone=event.timezone
        )
        drafts = [replace(first, starts_at=starts_at, ends_at=ends_at) for starts_at, ends_at in times]
        for draft in drafts:
            require_session_times(draft, event)
    except Refused as refused:
        form.refuse(refused)
        return None
    form.notes += [twice_words(instant, event.timezone) for instant in sorted(twice)]
    return drafts


def draft_of(form: Form, event: Any, stored: Any = None) -> SessionDraft | None:
    """The one session that the form describes, or None with the mistakes noted."""
    values = {
        "title": form.read("title", line(TITLE_LIMIT)),
        "kind": form.read("kind", lambda text: session_kind(text).word),
        "starts_at": form.read_instant("starts_at", event.timezone, stored=stored and stored.starts_at),
        "ends_at": form.read_instant("ends_at", event.timezone, stored=stored and stored.ends_at),
        "room_name": form.read("room_name", require_room_name),
    }
    if form.errors:
        return None
    draft = SessionDraft(**values)
    form.check(lambda: require_session_times(draft, event))
    return None if form.errors else draft
