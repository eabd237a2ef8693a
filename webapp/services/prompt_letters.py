"""The mails of prompts: a template is rendered once per event, and each person's name and links are put in."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from markupsafe import escape
from sqlalchemy import Row

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.prompt import answers_close_at
from webapp.services.letters import Letters

_TEMPLATE = "prompt"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A mail about an event with marks where it says something of its own to each person."""

    mail: dict[str, object]
    name_mark: str
    answer_mark: str
    unsubscribe_mark: str


class PromptLetters:
    """Writes the prompts of one batch."""

    def __init__(self, now: datetime) -> None:
        self._letters = Letters(now)
        self._sheets: dict[int, _Sheet] = {}

    def subject(self, row: Row) -> str:
        """The question in one line."""
        return str(self._sheet(row).mail["subject"])

    def write(self, row: Row, *, key: str) -> dict[str, object]:
        """The mail to that person, as `messages.write_messages` takes it."""
        sheet = self._sheet(row)
        answer_url = self._letters.link(
            LinkPurpose.ANSWER, "participant.prompt", expires_at=answers_close_at(row.effective_end_at),
            user=row.user_id, event=row.event_id,
        )  # fmt: skip
        unsubscribe_url = self._letters.link(
            LinkPurpose.UNSUBSCRIBE, "participant.unsubscribe", person=row.user_id, organization=row.organization_id
        )

        def own(text: str, name: str) -> str:
            text = text.replace(sheet.answer_mark, answer_url).replace(sheet.unsubscribe_mark, unsubscribe_url)
            # Last, so that nothing in a name is taken for a mark.
            return text.replace(sheet.name_mark, name)

        return {
            **sheet.mail,
            "dedupe_key": key, "user_id": row.user_id, "recipient": row.email,
            "body": own(str(sheet.mail["body"]), row.name),
            "html": own(str(sheet.mail["html"]), str(escape(row.name))),
            "unsubscribe_url": unsubscribe_url,
        }  # fmt: skip

    def _sheet(self, row: Row) -> _Sheet:
        if row.event_id not in self._sheets:
            self._sheets[row.event_id] = self._render(row)
        return self._sheets[row.event_id]

    def _render(self, row: Row) -> _Sheet:
        # Unguessable, so that no title can hold one.
        name_mark, answer_mark = secrets.token_hex(12), secrets.token_hex(12)
        nobody = SimpleNamespace(**{**row._mapping, "name": name_mark, "user_id": 0, "email": ""})
        mail = self._letters.write(_TEMPLATE, nobody, key="", answer_url=answer_mark)
        return _Sheet(mail, name_mark, answer_mark, str(mail["unsubscribe_url"]))
