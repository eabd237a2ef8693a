"""Letters: what a mail says, from its templates. Shared by everything that writes to people."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from jinja2 import Template
from sqlalchemy import Row
from werkzeug.routing import MapAdapter

from webapp.adapters.signed_link import LinkPurpose, sign

_SUBJECT_LIMIT = 250
#: Stands for a token in an address that is built once.
_GAP = "-gap-"


class Letters:
    """Renders the mails of one batch.

    A mail is `templates/email/<template>.txt`, whose first line is the subject, and `.html`
    beside it. A row names the person (`user_id`, `name`, `email`) and the event (`event_id`,
    `title`, `slug`, `timezone`, `starts_at`, `ends_at`, `place`, `facility_name`, `address`,
    `organization_id`, `organization_name`, `contact_email`).
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._templates: dict[str, Template] = {}
        self._places: dict[str, str] = {}
        self._addresses = _addresses()
        self._secret_keys = current_app.extensions["settings"].secret_keys

    def write(
        self, template: str, row: Row, *, key: str, calendar: str | None = None, **extra: object
    ) -> dict[str, object]:
        """One mail as `messages.write_messages` takes it; `extra` is for the templates.

        `key` is the cause: of the same cause there is one mail. `calendar` goes with it as a file.
        """
        unsubscribe_url = self.link(
            LinkPurpose.UNSUBSCRIBE, "participant.unsubscribe", person=row.user_id, organization=row.organization_id
        )
        values = {"mail": row, "now": self._now, "url": self.url, "unsubscribe_url": unsubscribe_url, **extra}
        subject, _, body = self._template(f"{template}.txt").render(values).partition("\n")
        subject = _one_line(subject)[:_SUBJECT_LIMIT]
        return {
            "dedupe_key": key, "kind": template, "user_id": row.user_id, "event_id": row.event_id,
            "recipient": row.email, "subject": subject, "body": body.strip() + "\n",
            "html": self._template(f"{template}.html").render({**values, "subject": subject}),
            "calendar": calendar, "unsubscribe_url": unsubscribe_url,
            "details": {"enrollment_id": getattr(row, "enrollment_id", None)}, "created_at": self._now,
        }  # fmt: skip

    def url(self, endpoint: str, **values: object) -> str:
        """An absolute address on the public name of this installation."""
        return self._addresses.build(endpoint, values, force_external=True)

    def link(
        self, purpose: LinkPurpose, endpoint: str, *, expires_at: datetime | None = None, **claims: int
    ) -> str:
        """The absolute address of a page that takes a signed `token`, for a link that says `claims`."""
        if endpoint not in self._places:
            self._places[endpoint] = self.url(endpoint, token=_GAP)
        token = sign(self._secret_keys, purpose, expires_at=expires_at, **claims)
        # Built once: a batch has thousands of them, and a token is the same in an address as outside of it.
        return self._places[endpoint].replace(_GAP, token)

    def _template(self, name: str) -> Template:
        # Straight from the environment: a request's context (who is signed in?) plays no part here.
        found = self._templates.get(name)
        return found or self._templates.setdefault(name, current_app.jinja_env.get_template(f"email/{name}"))


def _one_line(text: str) -> str:
    """A header has one line, whatever somebody put into a title."""
    return " ".join(text.split())


def _addresses() -> MapAdapter:
    base = urlsplit(current_app.extensions["settings"].base_url)
    return current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
