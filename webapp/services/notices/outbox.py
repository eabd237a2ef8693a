"""What people hear of the domain events of events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.event_life import EventStatus
from webapp.domain.events.appeal import AppealOutcome, AppealTerms, is_fileable
from webapp.domain.events.explanation import Explanation
from webapp.domain.notices.notice import NotificationType as N
from webapp.domain.notices.notice import Told, notice_of
from webapp.domain.permission import Trigger
from webapp.domain.places.domain_event import DomainEvent
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import EnrollmentTerms, can_take_seat, enrollment_closes_at
from webapp.queries.ledger import EVENTS
from webapp.queries.notices.company import company_of
from webapp.queries.notices.consequence import Follows, what_follows
from webapp.queries.notices.outbox import events_to_tell, is_waiting, ranks_of, waiting_ids
from webapp.queries.places.outcome import explanations_of
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters
from webapp.services.notices.invitation import invitation
from webapp.services.notices.relay import BATCH, NewsSource, relay
from webapp.services.places.certificates.issuing import issue_told_certificates
from webapp.services.unit_of_work import write_transaction

#: Mails that say how it was decided.
_EXPLAINED = frozenset({N.NO_SHOW, N.UNDECIDED, N.SETTLED})
#: What staff said of these the person reads.
_WITH_REASON = frozenset(
    {N.REJECTED, N.CANCELLED, N.CALLED_OFF, N.OUTCOME_TAKEN_BACK, N.APPEAL_GRANTED, N.APPEAL_DECLINED}
)
#: Mails that say where somebody stands in line.
_WITH_RANK = frozenset({N.WAITLISTED, N.OFFER_EXPIRED, N.LAST_CALL})


def relay_batch(*, now: datetime) -> int:
    """Hand over the oldest waiting domain events of events; how many there were."""
    _issue_first()
    return relay(_EVENTS, now=now)


def _issue_first() -> None:
    """Issue the certificates of the next ones by themselves: nobody waits for an event while letters are written."""
    if is_waiting(EVENTS.outbox):
        with write_transaction() as session:
            issue_told_certificates(session, waiting_ids(session, EVENTS.outbox, limit=BATCH))


@dataclass(frozen=True, slots=True)
class _Known:
    """What some mails say beside their row."""

    ranks: Mapping[int, int]
    explanations: Mapping[int, Explanation]
    follows: Mapping[int, Follows]
    company: Mapping[int, list[str]]

    def about(self, row: AnyRow, kind: N) -> dict[str, object]:
        return {
            "rank": self.ranks.get(row.enrollment_id) if kind in _WITH_RANK else None,
            "company": self.company.get(row.enrollment_id, []),
            "explanation": self.explanations.get(row.enrollment_id),
            "follows": self.follows.get(row.enrollment_id),
            "open_until": enrollment_closes_at(EnrollmentTerms.of(row, row.event_status)),
        }


def _mails(session: Session, rows: Sequence[tuple[AnyRow, N]], now: datetime) -> list[dict[str, object]]:
    """A bounded number of statements, whatever the number of rows."""
    known = _Known(
        ranks_of(session, EVENTS, [row.enrollment_id for row, kind in rows if kind in _WITH_RANK]),
        explanations_of(session, [row.enrollment_id for row, kind in rows if kind in _EXPLAINED]),
        what_follows(session, [row.enrollment_id for row, kind in rows if kind is N.APPEAL_GRANTED]),
        company_of(session, [row.enrollment_id for row, _ in rows if row.party_id is not None]),
    )
    letters = Letters(now)
    return [
        letters.write(
            kind,
            row,
            key=_EVENTS.key_of(row),
            **known.about(row, kind),
            **_offer_of(letters, row, kind),
            **_line_of(letters, row, kind),
            **_appeal_of(letters, row, kind),
            calendar=invitation(row, kind, link=letters.url("participant.event", slug=row.slug), now=now),
        )
        for row, kind in rows
    ]


def _offer_of(letters: Letters, row: AnyRow, kind: N) -> dict[str, object]:
    """The seat that is held for them, and the link that answers."""
    if kind is not N.OFFERED:
        return {}
    link = letters.link(LinkPurpose.OFFER, "participant.offer", offer=row.offer_id)
    return {"held_until": row.held_until, "is_last": row.is_last, "offer_link": link}


def _line_of(letters: Letters, row: AnyRow, kind: N) -> dict[str, object]:
    """The link by which who waits leaves the line without signing in."""
    if kind not in _WITH_RANK:
        return {}
    return {
        "line_link": letters.link(LinkPurpose.PLACE_IN_LINE, "participant.place_in_line", enrollment=row.enrollment_id)
    }


def _appeal_of(letters: Letters, row: AnyRow, kind: N) -> dict[str, object]:
    """Until when who came out as a no-show can say that they were there, and where; nothing where they cannot."""
    if kind is not N.NO_SHOW:
        return {}
    earlier = AppealOutcome(row.appealed) if row.appealed else None
    terms = AppealTerms(S(row.status), row.effective_end_at, earlier)
    if not is_fileable(terms, letters.now):
        return {}
    return {"appeal_until": terms.filed_until, "appeal_link": letters.url("participant.appeal", slug=row.slug)}


def _notice(row: AnyRow, now: datetime) -> N | None:
    return notice_of(
        Told(
            kind=DomainEvent(row.kind),
            triggered_by=Trigger(row.triggered_by) if row.triggered_by else None,
            occurred_at=row.occurred_at,
            status=S(row.status),
            source=row.source,
            event_ends_at=row.effective_end_at,
            is_outdated=row.is_outdated,
            has_seat_to_take=can_take_seat(
                EnrollmentTerms.of(row, row.event_status), capacity=row.capacity, taken=row.seats_taken, now=now
            ),
            has_offer=row.held_until is not None and now < row.held_until,
            was_told=row.was_told,
            is_called_off=row.event_status == EventStatus.CANCELLED,
            from_status=S(row.from_status) if row.from_status else None,
            was_in_line=bool(row.was_in_line),
            has_certificate=row.certificate is not None,
        )
    )


def _certified(session: Session, event_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Who attended has the certificate before they are told of it, also those that came in between."""
    issue_told_certificates(session, event_ids)
    return events_to_tell(session, event_ids)


_EVENTS = NewsSource(
    outbox=EVENTS.outbox,
    key="outbox",
    rows_of=_certified,
    notice_of=_notice,
    mails_of=_mails,
    about=("event_id", "enrollment_id"),
    with_reason=_WITH_REASON,
)
