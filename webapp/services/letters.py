"""Letters: what a mail says, from its templates. Shared by everything that writes to people."""

from datetime import datetime
from types import SimpleNamespace
from urllib.parse import urlsplit

from flask import current_app
from jinja2 import Template
from jinja2.meta import find_referenced_templates
from werkzeug.routing import MapAdapter

from webapp.adapters.signed_link import LinkPurpose, sign
from webapp.domain.places.enrollment import EnrollmentStatus, leave_until
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import gettext
from webapp.queries.row_types import AnyRow

#: A row, or something with the same attributes.
MailRow = AnyRow | SimpleNamespace

_SUBJECT_LIMIT = 250
#: Mails that lie in a folder of their subject.
_FOLDERS = {
    **dict.fromkeys(("offered", "offer_expired", "wait_ended", "last_call"), "waitlist/"),
    **dict.fromkeys(("released", "place_back", "standby_placed"), "standby/"),
    **dict.fromkeys(("no_show", "undecided", "settled", "certificate", "outcome_taken_back"), "outcome/"),
    **dict.fromkeys(("appeal_granted", "appeal_declined", "appeal_lapsed"), "appeal/"),
    "mailing": "organizer/",
}
#: Stands for a token in an address that is built once.
_GAP = "-gap-"


class Letters:
    """Renders the mails of one batch.

    A mail is `templates/email/text/<template>.txt`, whose first line is the subject, and `.html`
    of that name in `html/`. A row names the person (`user_id`, `name`, `email`) and the event (`event_id`,
    `title`, `slug`, `timezone`, `starts_at`, `ends_at`, `place`, `facility_name`, `address`,
    `organization_id`, `organization_name`, `contact_email`). Where it also has what
    `letter_columns` has, `leave_until` says until when the person can give the place back.
    It is written in the row's `language`. `about` is whom it is about, where that is not who reads it.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._templates: dict[str, Template] = {}
        self._places: dict[str, str] = {}
        self._addresses = _addresses()
        self._secret_keys = current_app.extensions["settings"].secret_keys

    def write(
        self, template: str, row: MailRow, *, key: str, calendar: str | None = None, **extra: object
    ) -> dict[str, object]:
        """One mail as `messages.write_messages` takes it; `extra` is for the templates.

        `key` is the cause: of the same cause there is one mail. `calendar` goes with it as a file.
        """
        unsubscribe_url = self.link(
            LinkPurpose.UNSUBSCRIBE, "participant.unsubscribe", person=row.user_id, organization=row.organization_id
        )
        values = {
            "mail": row,
            "first_name": first_name(row.name),
            "now": self.now,
            "url": self.url,
            "unsubscribe_url": unsubscribe_url,
            "leave_until": self._leave_until(row),
            **extra,
        }
        with speaking(row.language):
            subject, _, body = self._template("text", template, "txt").render(values).partition("\n")
            subject, body = say_about(getattr(row, "about", None), subject, body)
            subject = _one_line(subject)[:_SUBJECT_LIMIT]
            html = self._template("html", template, "html").render({**values, "subject": subject})
        return {
            "dedupe_key": key,
            "kind": template,
            "user_id": row.user_id,
            "event_id": row.event_id,
            "recipient": row.email,
            "subject": subject,
            "body": body.strip() + "\n",
            "html": html,
            "calendar": calendar,
            "unsubscribe_url": unsubscribe_url,
            "details": {"enrollment_id": getattr(row, "enrollment_id", None)},
            "created_at": self.now,
        }

    def url(self, endpoint: str, **values: object) -> str:
        """An absolute address on the public name of this installation."""
        return self._addresses.build(endpoint, values, force_external=True)

    def link(self, purpose: LinkPurpose, endpoint: str, *, expires_at: datetime | None = None, **claims: int) -> str:
        """The absolute address of a page that takes a signed `token`, for a link that says `claims`."""
        if endpoint not in self._places:
            self._places[endpoint] = self.url(endpoint, token=_GAP)
        token = sign(self._secret_keys, purpose, expires_at=expires_at, **claims)
        # Built once: a batch has thousands of them, and a token is the same in an address as outside of it.
        return self._places[endpoint].replace(_GAP, token)

    def _leave_until(self, row: MailRow) -> datetime | None:
        """Until when the person can give the place back by the button on the event's page; None: not any more."""
        if not hasattr(row, "leaves_freely"):
            return None
        return leave_until(
            EnrollmentStatus(row.status),
            starts_at=row.starts_at,
            hours_before=row.cancellation_deadline_hours,
            leaves_freely=row.leaves_freely,
            now=self.now,
        )

    def _template(self, form: str, name: str, ending: str) -> Template:
        # Straight from the environment: a request's context (who is signed in?) plays no part here.
        path = f"email/{form}/{_FOLDERS.get(name, '')}{name}.{ending}"
        found = self._templates.get(path)
        return found or self._templates.setdefault(path, current_app.jinja_env.get_template(path))


def make_ready(template: str) -> None:
    """Read and compile a mail's templates, with all they name, before a lock is taken: the first time it takes a while.

    Every other time in the same process it is nothing.
    """
    ready: set[str] = current_app.extensions.setdefault("ready_templates", set())
    folder = _FOLDERS.get(template, "")
    waiting = [f"email/text/{folder}{template}.txt", f"email/html/{folder}{template}.html"]
    env = current_app.jinja_env
    while waiting:
        path = waiting.pop()
        if path in ready or env.loader is None:
            continue
        ready.add(path)
        env.get_template(path)
        source, _, _ = env.loader.get_source(env, path)
        waiting += [name for name in find_referenced_templates(env.parse(source)) if name is not None]


def say_about(name: str | None, subject: str, body: str) -> tuple[str, str]:
    """Whoever looks after somebody reads first whom it is about."""
    if name is None:
        return subject, body
    said = gettext("This email is about {name}, whom you look after.", name=name)
    return gettext("{name}: {subject}", name=first_name(name), subject=subject), f"{said}\n\n{body.strip()}"


def _one_line(text: str) -> str:
    """A header has one line, whatever somebody put into a title."""
    return " ".join(text.split())


def _addresses() -> MapAdapter:
    base = urlsplit(current_app.extensions["settings"].base_url)
    return current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
