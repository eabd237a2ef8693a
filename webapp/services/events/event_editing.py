"""Making an event, and changing it while people already count on it."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_life import FROZEN, EventStatus
from webapp.domain.events.event_consequences import Consequences
from webapp.domain.events.event_draft import EventDraft, require_consistent, require_words_only
from webapp.domain.permission import SYSTEM, Actor, Trigger
from webapp.domain.places.access import WhoMay, new_link_token
from webapp.domain.places.enrollment import frees_everybody
from webapp.domain.places.waitlist import require_capacity_holds
from webapp.domain.refusal import Refused
from webapp.domain.text import title_search_text
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event, EventPolicy
from webapp.queries.events.closure import has_outcome
from webapp.queries.row_types import AnyRow
from webapp.services.desk.helper_link import move_helper_expiry
from webapp.services.events.event_change import tell_of_change
from webapp.services.events.event_consequences import foresee, place_applicants
from webapp.services.insertion import insert_unless_there
from webapp.services.notices.mailings.following import move_reminders
from webapp.services.online.online_check_in import bridge_event
from webapp.services.online.session_moving import move_sessions
from webapp.services.organizations.facility import require_open_facility
from webapp.services.places.late_seats import is_there_a_seat_to_take, tell_of_opening
from webapp.services.places.line.held_offers import end_all_offers
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.slug import free_event_slug, keep_former_slug, slug_words
from webapp.services.unit_of_work import write_transaction

_EVENT, _POLICY = Event.__table__, EventPolicy.__table__
_POLICY_FIELDS = [f.name for f in fields(EventDraft) if f.name in _POLICY.c]
_EVENT_FIELDS = [f.name for f in fields(EventDraft) if f.name in _EVENT.c]

#: Fields by which online presence counts or not, and for which day.
_DECIDE_ONLINE_DAYS = {"online_counts", "timezone", "starts_at", "ends_at"}


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did: enrollments that moved up, in order. Nothing changed: same version."""

    version: int
    promoted: tuple[int, ...] = ()
    consequences: Consequences = Consequences()


def create_event(*, organization_id: int, draft: EventDraft, request_id: str, now: datetime) -> int:
    """Make a draft event with its policy and return its id. The same form sent twice makes one.

    Raises Refused: what `require_consistent` refuses, `unknown_facility`, `already_saved`
    (the form was sent before with other values; `event_id` names what it made).
    """
    with write_transaction() as session:
        event_id, _ = make_draft(session, organization_id=organization_id, draft=draft, request_id=request_id, now=now)
        return event_id


def make_draft(
    session: Session, *, organization_id: int, draft: EventDraft, request_id: str, now: datetime
) -> tuple[int, bool]:
    """`create_event` in a transaction of another use case: its id, and whether it was made just now."""
    require_consistent(draft)
    require_open_facility(session, draft.facility_id, organization_id)
    made = _made_by(session, organization_id, request_id)
    if made is not None:
        return _same_or_refused(made, draft), False
    values = {
        **_columns(draft, _EVENT_FIELDS),
        **_derived(draft),
        "organization_id": organization_id,
        "status": EventStatus.DRAFT,
        "created_at": now,
        "request_id": request_id,
        "version": 1,
    }
    event_id = _insert_with_slug(session, values)
    if not isinstance(event_id, int):  # the other of two at the same instant
        return _same_or_refused(event_id, draft), False
    session.execute(insert(_POLICY).values(event_id=event_id, **_policy_of(draft)))
    return event_id, True


def edit_event(
    *,
    event_id: int,
    draft: EventDraft,
    expected_version: int,
    now: datetime,
    actor: Actor = SYSTEM,
    seen: str | None = None,
) -> Edited:
    """Change an event; whoever gets a seat by it moves up in the same transaction, as one set.

    Its online sessions that have not begun move with it. Who applied is placed before any newcomer where nobody
    has to apply any more. What becomes of people by it has to be `seen` before: the `key` of the consequences.
    Sent twice it changes once. Raises Refused: `consequences_unseen`, `applicants_left_over`, `not_found`,
    `stale`, what `require_consistent` refuses, `unknown_facility`,
    `event_frozen`, `closure_begun`, `capacity_below_seats`, `check_ins_outside`,
    `sessions_outside_event`, `room_taken`.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        return edit_held(session, locked, draft, expected_version=expected_version, now=now, actor=actor, seen=seen)


def edit_held(
    session: Session,
    locked: LockedEvent,
    draft: EventDraft,
    *,
    expected_version: int,
    now: datetime,
    actor: Actor = SYSTEM,
    seen: str | None = None,
) -> Edited:
    """`edit_event` of an event that is held."""
    changed = draft.differences(locked.row)
    if not changed:
        return Edited(locked.row.version)
    if locked.row.version != expected_version:
        raise Refused("stale", fields=changed)
    require_consistent(draft)
    if "facility_id" in changed:
        require_open_facility(session, draft.facility_id, locked.row.organization_id)
    _require_changeable(session, locked, draft, changed)
    found = foresee(session, locked, draft, now)
    if found and seen != found.key:
        raise Refused("consequences_unseen", consequences=found)
    was_open = is_there_a_seat_to_take(locked, now)
    _ask_no_longer(session, locked, draft, now)
    move_sessions(session, locked, draft, changed, now=now)
    _write(session, locked, draft)
    _free_the_bound(session, locked, draft, now)
    if {"starts_at", "ends_at"} & set(changed):
        move_helper_expiry(session, locked.id, draft.effective_end_at)
    tell_of_change(session, locked, changed, new_end_at=draft.effective_end_at, now=now)
    # Read again under the same lock: what was just written decides who moves up.
    locked = lock_event(session, locked.id)
    promoted = promote_next(session, locked, now=now)
    place_applicants(session, locked, found, cause=_placing(actor, locked, now))
    tell_of_opening(session, locked, was_open=was_open, now=now)
    if _DECIDE_ONLINE_DAYS & set(changed):
        bridge_event(session, locked, now=now)
    save_counters(session, locked)
    return Edited(locked.row.version, tuple(promoted), found)


def _placing(actor: Actor, locked: LockedEvent, now: datetime) -> Cause:
    by = Trigger.SYSTEM if actor is SYSTEM else actor.acts_as(locked.row.organization_id)
    return Cause(by=by, actor=actor, at=now, reason="Enrollment was changed to first come, first served")


def _require_changeable(session: Session, locked: LockedEvent, draft: EventDraft, changed: tuple[str, ...]) -> None:
    if locked.row.status in FROZEN:
        require_words_only(changed, status=locked.row.status)
    elif has_outcome(session, locked.id):
        try:
            require_words_only(changed, status=locked.row.status)
        except Refused:
            raise Refused("closure_begun") from None
    require_capacity_holds(draft.capacity, locked.taken, locked.over)
    if {"starts_at", "ends_at", "timezone"} & set(changed):
        _require_check_ins_inside(session, locked.id, draft.days)


def _free_the_bound(session: Session, locked: LockedEvent, draft: EventDraft, now: datetime) -> None:
    """Let everybody who has or wants a place leave until the start where this edit took the deadline from them."""
    before = (locked.row.starts_at, locked.row.cancellation_deadline_hours)
    if frees_everybody(before, (draft.starts_at, draft.cancellation_deadline_hours), now):
        session.execute(
            update(Enrollment.__table__)
            .where(Enrollment.event_id == locked.id, Enrollment.is_bound)
            .values(leaves_freely=True)
        )


def _ask_no_longer(session: Session, locked: LockedEvent, draft: EventDraft, now: datetime) -> None:
    """Where nobody is asked any more, what was held for those who were is given to them: they are next in line."""
    if draft.offer_hours is None or draft.capacity is None:
        end_all_offers(session, locked, now=now)
        save_counters(session, locked)


def _require_check_ins_inside(session: Session, event_id: int, days: tuple[date, ...]) -> None:
    """Refuse new times that would make a check-in count for nothing (`check_ins_outside`)."""
    lost = session.scalar(
        select(func.count())
        .select_from(CheckIn)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(
            CheckIn.event_id == event_id,
            CheckInReversal.check_in_id.is_(None),
            or_(CheckIn.local_on < days[0], CheckIn.local_on > days[-1]),
        )
    )
    if lost:
        raise Refused("check_ins_outside", check_ins=lost)


def _write(session: Session, locked: LockedEvent, draft: EventDraft) -> None:
    values: dict[str, Any] = {
        **_columns(draft, _EVENT_FIELDS),
        **_derived(draft),
        "version": _EVENT.c.version + 1,
    }
    if draft.effective_end_at != locked.row.effective_end_at:
        # Two weeks after the new end it is looked at (again).
        values["answers_closed_at"] = None
    if locked.row.status == EventStatus.DRAFT and slug_words(draft.title) != slug_words(locked.row.title):
        values["slug"] = free_event_slug(session, draft.title, event_id=locked.id)
        keep_former_slug(session, event_id=locked.id, former=locked.row.slug, slug=values["slug"])
    session.execute(update(_EVENT).where(_EVENT.c.id == locked.id).values(values))
    policy = _policy_of(draft, locked.row.link_token)
    if draft.last_call_at != locked.row.last_call_at:
        # Whoever waits then hears of it (again).
        policy["last_call_told_at"] = None
    if draft.standby_at != locked.row.standby_at:
        policy["standby_run_at"] = None
    session.execute(update(_POLICY).where(_POLICY.c.event_id == locked.id).values(policy))
    if (draft.starts_at, draft.effective_end_at, draft.timezone) != (
        locked.row.starts_at,
        locked.row.effective_end_at,
        locked.row.timezone,
    ):
        move_reminders(session, locked.id, draft)


def _policy_of(draft: EventDraft, link_token: str | None = None) -> dict[str, Any]:
    """The columns of the policy; `link_token`: of the link that it has, which ends where the link decides nothing."""
    return {
        **_columns(draft, _POLICY_FIELDS),
        "last_call_at": draft.last_call_at,
        "standby_at": draft.standby_at,
        "link_token": (link_token or new_link_token()) if draft.who_may == WhoMay.LINK else None,
    }


def _columns(draft: EventDraft, names: list[str]) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in names}


def _derived(draft: EventDraft) -> dict[str, Any]:
    return {
        "effective_end_at": draft.effective_end_at,
        "closing_from": draft.closing_from,
        "search_text": title_search_text(draft.title),
    }


def _made_by(session: Session, organization_id: int, request_id: str) -> AnyRow | None:
    query = select(*_EVENT.c, *(c for c in _POLICY.c if c.name != "event_id")).join(
        _POLICY, _POLICY.c.event_id == _EVENT.c.id
    )
    return session.execute(
        query.where(_EVENT.c.organization_id == organization_id, _EVENT.c.request_id == request_id)
    ).one_or_none()


def _same_or_refused(made: AnyRow, draft: EventDraft) -> int:
    event_id: int = made.id
    if draft.differences(made):
        raise Refused("already_saved", event_id=event_id)
    return event_id


def _insert_with_slug(session: Session, values: dict[str, Any]) -> int | AnyRow:
    """Insert under the first free slug: its id. Where the form's request id is taken, what was made with it."""
    while True:
        slug = free_event_slug(session, values["title"])
        statement = insert_unless_there(session, _EVENT).values(**values, slug=slug)
        event_id: int | None = session.scalar(statement.returning(_EVENT.c.id))
        if event_id is not None:
            return event_id
        made = _made_by(session, values["organization_id"], values["request_id"])
        if made is not None:
            return made
