"""The relay: domain events become mails, each event once, in the transaction that ticks it off."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from jinja2 import Template
from sqlalchemy import Row, update
from werkzeug.routing import MapAdapter

from webapp.domain.domain_event import DomainEvent
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.notice import Told, notice_of
from webapp.models import OutboxEvent
from webapp.queries.id_set import is_among
from webapp.queries.outbox import events_to_tell, is_waiting_event, ranks_of, waiting_event_ids
from webapp.services.due_work import note_work
from webapp.services.messages import write_messages
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

#: Domain events per transaction.
BATCH = 500


def relay_batch(*, now: datetime) -> int:
    """Hand over the oldest waiting domain events with the mails they cause; how many there were.

    Two at once take different ones; cut off in between, nothing happened.
    """
    if not is_waiting_event():
        return 0
    with write_transaction() as session:
        ids = waiting_event_ids(session, limit=BATCH)
        if not ids:
            return 0
        session.execute(
            update(OutboxEvent).where(is_among(session, OutboxEvent.id, ids)).values(dispatched_at=now)
        )
        rows = [(row, notice) for row in events_to_tell(session, ids) if (notice := _notice(row)) is not None]
        waiting = [row.enrollment_id for row, notice in rows if notice == "waitlisted"]
        ranks = ranks_of(session, waiting)
        letters = _Letters(now)
        messages = [letters.write(row, notice, ranks.get(row.enrollment_id)) for row, notice in rows]
        if write_messages(session, messages):
            nudge_after_commit(session, "send-messages")
        note_work(session, "relay-outbox", now)
    return len(ids)


def _notice(row: Row) -> str | None:
    return notice_of(
        Told(
            kind=DomainEvent(row.kind),
            triggered_by=Trigger(row.triggered_by),
            occurred_at=row.occurred_at,
            status=S(row.status),
            source=row.source,
            event_ends_at=row.effective_end_at,
        )
    )


class _Letters:
    """Renders mails of one batch; the first line of a template is its subject."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._templates: dict[str, Template] = {}
        self._addresses = _addresses()

    def write(self, row: Row, notice: str, rank: int | None) -> dict[str, object]:
        text = self._template(notice).render(mail=row, rank=rank, now=self._now, url=self._url)
        subject, _, body = text.partition("\n")
        return {
            "dedupe_key": f"outbox:{row.id}", "kind": notice, "user_id": row.user_id,
            "recipient": row.email, "subject": subject.strip()[:250], "body": body.strip() + "\n",
            "details": {"enrollment_id": row.enrollment_id}, "created_at": self._now,
        }  # fmt: skip

    def _template(self, notice: str) -> Template:
        # Straight from the environment: a request's context (who is signed in?) plays no part here.
        return self._templates.setdefault(notice, current_app.jinja_env.get_template(f"email/{notice}.txt"))

    def _url(self, endpoint: str, **values: object) -> str:
        return self._addresses.build(endpoint, values, force_external=True)


def _addresses() -> MapAdapter:
    """Absolute addresses on the public name of this installation."""
    base = urlsplit(current_app.extensions["settings"].base_url)
    return current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
