"""The form of a message to people of an event: read, filled, and what is shown beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.domain.notices.audience import Audience
from webapp.domain.notices.mailing import BODY_LIMIT, SUBJECT_LIMIT, MailingDraft
from webapp.domain.notices.placeholders import Placeholder
from webapp.domain.notices.relative_time import due_at
from webapp.domain.numbers import MAX_ID, whole_or_none
from webapp.domain.places.enrollment import CLOSABLE, EnrollmentStatus
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.notices.mailings.audience import (
    AudienceCount,
    count_audience,
    count_beyond,
    people_of_audience,
    reader_of_audience,
)
from webapp.queries.notices.mailings.mailings import MailingFacts
from webapp.queries.row_types import AnyRow
from webapp.services.notices.mailings.letters import MailingLetters, paragraphs_of, preview_pieces
from webapp.views.admin.events.event_sentences import SENTENCES
from webapp.views.admin.mailings.choices import AudienceChoices, answer_of_value, came_of, came_value
from webapp.views.admin.mailings.relative_fields import (
    BY_EVENT,
    TIMES,
    read_relative,
    relative_choices,
    shown_relative,
)
from webapp.views.forms.clock_words import local_text
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line, one_of, or_none, prose, switch
from webapp.views.words.refusals import refusal_sentence

_NOW, _LATER = "now", "at"
#: People who are named below the number, and whom the preview can be for.
SHOWN_PEOPLE = 50
MESSAGE = FormKind(
    ("subject", "body", "when", "send_at", "came", "facility", "class", "first_time", "goes_beyond", "reader", *TIMES),
    lists=("status", "answer"),
    sentences={
        ("subject", "text_missing"): N_("Enter a subject"),
        ("subject", "text_too_long"): N_("Shorten the subject to {limit} characters"),
        ("body", "text_missing"): N_("Enter a message"),
        ("body", "text_too_long"): N_("Shorten the message to {limit} characters"),
        "time_skipped": SENTENCES["time_skipped"],
        ("send_at", "wall_time_invalid"): N_("Enter a valid date and time, like 2026-06-13 10:00"),
    },
    field_of={
        "mailing_in_past": "send_at",
        "mailing_too_far": "send_at",
        "reminder_in_past": "amount",
        "relative_time_invalid": "amount",
        "no_recipients": "status",
        "beyond_the_day": "goes_beyond",
        "too_many_answers": "answer",
        "unknown_choice": "status",
    },
)
#: What each placeholder becomes, for the hint.
PLACEHOLDERS = {
    Placeholder.FIRST_NAME: N_("their first name"),
    Placeholder.NAME: N_("their full name"),
    Placeholder.EVENT: N_("the title of the event"),
    Placeholder.DATE: N_("the day it starts"),
    Placeholder.TIME: N_("the time it starts"),
    Placeholder.PLACE: N_("the room or meeting point"),
    Placeholder.LINK: N_("a link to their place"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a message would come to: to how many, and as one of them gets it. `problem`: why it cannot be shown."""

    count: AudienceCount
    beyond: int
    people: list[AnyRow]
    reader: AnyRow | None
    subject: list[tuple[str, bool]]
    paragraphs: list[list[tuple[str, bool]]]
    problem: str | None = None


def filled_form(
    event: EventFacts, mailing: MailingFacts | None, choices: AudienceChoices, *, is_copy: bool = False
) -> Form:
    """An empty form, or what was written before; a copy is sent now, to whom it went before. What it asked for and
    nobody can choose any more is left out.
    """
    audience = mailing.audience if mailing else Audience(statuses=frozenset(CLOSABLE))
    is_planned = mailing is not None and not is_copy
    form = MESSAGE.filled(
        {
            "subject": mailing.subject if mailing else "",
            "body": mailing.body if mailing else "",
            "when": BY_EVENT if mailing is not None and mailing.relative else _LATER if is_planned else _NOW,
            "send_at": local_text(mailing.send_at, event.timezone) if mailing is not None and is_planned else "",
            "came": came_value(audience),
            "facility": audience.facility_id,
            "class": audience.class_id,
            "first_time": audience.is_first_time,
            **shown_relative(mailing.relative if mailing else None),
            "goes_beyond": is_planned and mailing is not None and mailing.goes_beyond,
        }
    )
    known, answers = {status for status, _, _ in choices.statuses}, choices.answer_values
    form.lists = {
        "status": sorted(audience.statuses & known),
        "answer": [str(one) for one in audience.answers if str(one) in answers],
    }
    if form.values["came"] not in dict(choices.came):
        form.values["came"] = ""
    return form


def read_audience(form: Form, choices: AudienceChoices) -> Audience:
    """To whom; what cannot be chosen is noted in the form."""
    statuses = {str(status) for status, _, _ in choices.statuses}
    form.lists["answer"] = [one for one in form.lists["answer"] if one]
    for name, known in (("status", statuses), ("answer", set(choices.answer_values))):
        if not set(form.lists[name]) <= known:
            form.refuse(Refused("unknown_choice"))
            form.lists[name] = [one for one in form.lists[name] if one in known]
    came, day = came_of(form.read("came", one_of(["", *dict(choices.came)])) or "")
    return Audience(
        statuses=frozenset(EnrollmentStatus(one) for one in form.lists["status"]),
        came=came,
        day=day,
        answers=tuple(answer_of_value(one) for one in form.lists["answer"]),
        facility_id=_chosen_id(form, "facility", choices.facilities),
        class_id=_chosen_id(form, "class", choices.classes),
        is_first_time=bool(form.read("first_time", switch)),
    )


def read_words(form: Form) -> tuple[str, str]:
    """Subject and message; "" for what is a mistake."""
    subject = form.read("subject", line(SUBJECT_LIMIT))
    return subject or "", form.read("body", prose(BODY_LIMIT, required=True)) or ""


def read_draft(form: Form, event: EventFacts, audience: Audience) -> MailingDraft:
    """What is to be sent; of no worth where the form is refused."""
    when = form.read("when", one_of([_NOW, _LATER, BY_EVENT]))
    subject, body = read_words(form)
    return MailingDraft(
        subject=subject,
        body=body,
        audience=audience,
        send_at=form.read_instant("send_at", event.timezone) if when == _LATER else None,
        relative=read_relative(form) if when == BY_EVENT else None,
        goes_beyond=bool(form.read("goes_beyond", switch)),
    )


def look_at(event: EventFacts, form: Form, audience: Audience, now: datetime, *, besides_id: int | None = None) -> Look:
    """To whom it would go, and how it reads. Changes nothing in the form."""
    reader = reader_of_audience(event.id, audience, whole_or_none(form.values["reader"], high=MAX_ID))
    subject: list[tuple[str, bool]] = []
    paragraphs: list[list[tuple[str, bool]]] = []
    problem = None
    if reader is not None:
        try:
            words = MailingLetters("", "", now).words_for(reader, every=True)
            subject = preview_pieces(form.values["subject"], words)
            paragraphs = [preview_pieces(one, words) for one in paragraphs_of(form.values["body"].replace("\r", ""))]
        except Refused as refused:
            problem = refusal_sentence(refused.code, **refused.facts)
    return Look(
        count_audience(event.id, audience),
        count_beyond(event.id, audience, planned_for(form, event) or now, besides_id=besides_id),
        list(people_of_audience(event.id, audience, limit=SHOWN_PEOPLE)),
        reader,
        subject,
        paragraphs,
        problem,
    )


def planned_for(form: Form, event: EventFacts) -> datetime | None:
    """When it is to be sent, as far as the form says; None: now, or nobody can read it."""
    if form.values["when"] == BY_EVENT:
        relative = read_relative(MESSAGE.filled(form.values))
        if relative is None:
            return None
        return due_at(relative, starts_at=event.starts_at, ends_at=event.effective_end_at, timezone=event.timezone)
    if form.values["when"] != _LATER:
        return None
    found: datetime | None = MESSAGE.filled(form.values).read_instant("send_at", event.timezone)
    return found


def form_values() -> dict[str, Any]:
    """What every page with the form needs besides."""
    return {
        "placeholders": [(f"{{{one.value}}}", gettext(words)) for one, words in PLACEHOLDERS.items()],
        "subject_limit": SUBJECT_LIMIT,
        "body_limit": BODY_LIMIT,
        "when_choices": [
            (_NOW, gettext("Now"), None),
            (_LATER, gettext("At a time you choose"), None),
            (BY_EVENT, gettext("Before or after the event"), gettext("Moves with the event, and is copied with it.")),
        ],
        "BY_EVENT": BY_EVENT,
        "relative_choices": relative_choices(),
        "LATER": _LATER,
    }


def _chosen_id(form: Form, name: str, choices: list[tuple[str, str]]) -> int | None:
    found = form.read(name, or_none(one_of(dict(choices))))
    return int(found) if found else None
