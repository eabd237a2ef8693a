"""The mails of prompts: rendered once per event and language, with gaps for the name and the links of each person."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from markupsafe import escape

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.asking.prompt import answers_close_at
from webapp.domain.text import first_name
from webapp.queries.row_types import AnyRow
from webapp.services.gapped import Gapped
from webapp.services.letters import Letters

_TEMPLATE = "prompt"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The mail about an event to whomever."""

    mail: Mapping[str, object]
    body: Gapped
    html: Gapped
    expires_at: datetime


class PromptLetters:
    """Writes the prompts of one batch."""

    def __init__(self, now: datetime) -> None:
        self._letters = Letters(now)
        self._sheets: dict[tuple[int, str, str | None], _Sheet] = {}

    def subject(self, row: AnyRow) -> str:
        """The question in one line."""
        return str(self._sheet(row).mail["subject"])

    def write(self, row: AnyRow, *, key: str) -> dict[str, object]:
        """The mail to that person, as `messages.write_messages` takes it."""
        sheet = self._sheet(row)
        answer_url = self._letters.link(
            LinkPurpose.ANSWER,
            "participant.prompt",
            expires_at=sheet.expires_at,
            user=row.user_id,
            event=row.event_id,
        )
        unsubscribe_url = self._letters.link(
            LinkPurpose.UNSUBSCRIBE, "participant.unsubscribe", person=row.user_id, organization=row.organization_id
        )

        words = {"name": first_name(row.name), "answer_url": answer_url, "unsubscribe_url": unsubscribe_url}
        return {
            **sheet.mail,
            "dedupe_key": key,
            "user_id": row.user_id,
            "recipient": row.email,
            "unsubscribe_url": unsubscribe_url,
            "body": sheet.body.filled(words),
            "html": sheet.html.filled({**words, "name": str(escape(words["name"]))}),
        }

    def _sheet(self, row: AnyRow) -> _Sheet:
        key = (row.event_id, row.language, row.about)
        if key not in self._sheets:
            self._sheets[key] = self._render(row)
        return self._sheets[key]

    def _render(self, row: AnyRow) -> _Sheet:
        # Unguessable, so that no title can hold one.
        name_mark, answer_mark = secrets.token_hex(12), secrets.token_hex(12)
        nobody = SimpleNamespace(**{**row._mapping, "name": name_mark, "user_id": 0, "email": ""})
        mail = self._letters.write(_TEMPLATE, nobody, key="", answer_url=answer_mark)
        marks = {name_mark: "name", answer_mark: "answer_url", str(mail["unsubscribe_url"]): "unsubscribe_url"}
        return _Sheet(
            mail,
            body=Gapped.split(str(mail["body"]), marks),
            html=Gapped.split(str(mail["html"]), marks),
            expires_at=answers_close_at(row.effective_end_at),
        )
