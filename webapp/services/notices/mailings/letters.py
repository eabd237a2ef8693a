"""What a message says to one person: its words, its email, and the same for a preview."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from markupsafe import escape

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.notices.placeholders import Piece, Placeholder, filled, pieces_of
from webapp.domain.places.enrollment import CLOSABLE
from webapp.domain.text import first_name
from webapp.languages import formats
from webapp.languages.language import speaking
from webapp.queries.row_types import AnyRow
from webapp.services.gapped import Gapped
from webapp.services.letters import Letters

TEMPLATE = "mailing"
_UNSUBSCRIBE, _SUBJECT = "unsubscribe_url", "subject"
_SUBJECT_LIMIT = 250
_GAP = "-gap-"
_LINK = f'<a class="link" style="color:#0b5a66" href="{_GAP}">{_GAP}</a>'


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The email to everybody who reads that language."""

    mail: Mapping[str, object]
    subject: Gapped
    body: Gapped
    html: Gapped
    shared: Mapping[Placeholder, str]


class MailingLetters:
    """Writes the emails of one message, rendered once for each language with gaps for the rest."""

    def __init__(self, subject: str, body: str, now: datetime) -> None:
        self._letters = Letters(now)
        self._subject, self._body = pieces_of(subject), pieces_of(body)
        self._used = {one for one in (*self._subject, *self._body) if isinstance(one, Placeholder)}
        self._sheets: dict[tuple[str, str | None], _Sheet] = {}
        self._before_code = ""
        self._event_url = ""

    def words_for(self, row: AnyRow, *, every: bool = False) -> dict[Placeholder, str]:
        """What stands for each placeholder that the message has, or (`every`) that there is."""
        words = {
            **self._sheet(row).shared,
            Placeholder.FIRST_NAME: first_name(row.name),
            Placeholder.NAME: row.name,
        }
        if every or Placeholder.LINK in self._used:
            words[Placeholder.LINK] = self._link_of(row)
        return words

    def subject_of(self, words: Mapping[Placeholder, str]) -> str:
        """Its subject line, as the person of these words reads it."""
        return filled(self._subject, words)

    def write(self, row: AnyRow, words: Mapping[Placeholder, str], *, key: str) -> dict[str, object]:
        """The email to that person, as `messages.write_messages` takes it."""
        sheet = self._sheet(row)
        unsubscribe_url = self._letters.link(
            LinkPurpose.UNSUBSCRIBE, "participant.unsubscribe", person=row.user_id, organization=row.organization_id
        )
        own = {_UNSUBSCRIBE: unsubscribe_url, _SUBJECT: self.subject_of(words)}
        plain: dict[str, str] = {**{name.value: said for name, said in words.items()}, **own}
        safe = {name: str(escape(said)) for name, said in plain.items()}
        if Placeholder.LINK in words:
            safe[Placeholder.LINK.value] = _LINK.replace(_GAP, safe[Placeholder.LINK.value])
        return {
            **sheet.mail,
            "dedupe_key": key,
            "user_id": row.user_id,
            "recipient": row.email,
            "subject": str(sheet.subject.filled(plain))[:_SUBJECT_LIMIT],
            "unsubscribe_url": unsubscribe_url,
            "body": sheet.body.filled(plain),
            "html": sheet.html.filled(safe),
            "details": {"enrollment_id": row.enrollment_id},
        }

    def home(self) -> str:
        """Where everybody chooses what they hear, signed in."""
        return self._letters.url("participant.preferences")

    def _link_of(self, row: AnyRow) -> str:
        """The page of their place with its code while they are expected; else the page of the event."""
        # Built once each: a batch has thousands of them, and all are of one event.
        if row.status in CLOSABLE:
            self._before_code = (
                self._before_code or self._letters.url("participant.code", code=row.pass_code)[: -len(row.pass_code)]
            )
            return f"{self._before_code}{row.pass_code}"
        self._event_url = self._event_url or self._letters.url("participant.event", slug=row.slug)
        return self._event_url

    def _sheet(self, row: AnyRow) -> _Sheet:
        key = (row.language, row.about)
        if key not in self._sheets:
            self._sheets[key] = self._render(row)
        return self._sheets[key]

    def _render(self, row: AnyRow) -> _Sheet:
        # Unguessable, so that nothing an organizer wrote can hold one.
        marks = {secrets.token_hex(12): one for one in (*(name.value for name in Placeholder), _SUBJECT)}
        mark_of = {name: mark for mark, name in marks.items()}
        nobody = SimpleNamespace(**{**row._mapping, "name": mark_of[Placeholder.NAME.value], "user_id": 0, "email": ""})
        body = "".join(mark_of[one.value] if isinstance(one, Placeholder) else one for one in self._body)
        mail = self._letters.write(
            TEMPLATE, nobody, key="", subject_line=mark_of[_SUBJECT], written=body, paragraphs=paragraphs_of(body)
        )
        marks[str(mail["unsubscribe_url"])] = _UNSUBSCRIBE
        return _Sheet(
            mail,
            subject=Gapped.split(str(mail["subject"]), marks),
            body=Gapped.split(str(mail["body"]), marks),
            html=Gapped.split(str(mail["html"]), marks),
            shared=_shared_words(row),
        )


def paragraphs_of(text: str) -> list[str]:
    """A text of several lines, cut where a line is blank."""
    return [part.strip("\n") for part in text.split("\n\n") if part.strip()]


def preview_pieces(text: str, words: Mapping[Placeholder, str]) -> list[tuple[str, bool]]:
    """The text for one reader in parts, each with whether it stands for a placeholder."""
    return [(_said(one, words), isinstance(one, Placeholder)) for one in pieces_of(text)]


def _said(piece: Piece, words: Mapping[Placeholder, str]) -> str:
    return words[piece] if isinstance(piece, Placeholder) else piece


def _shared_words(row: AnyRow) -> dict[Placeholder, str]:
    """What is the same for everybody who reads that language."""
    with speaking(row.language):
        begins = row.starts_at.astimezone(ZoneInfo(row.timezone))
        return {
            Placeholder.EVENT: row.title,
            Placeholder.DATE: formats.full_day(begins.date()),
            Placeholder.TIME: formats.hour_and_minute(begins.time()),
            Placeholder.PLACE: row.place or row.facility_name,
        }
