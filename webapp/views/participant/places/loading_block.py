"""An event as the reader sees it now, loaded for its block."""

from dataclasses import replace
from datetime import datetime

from webapp.domain.event_life import was_never_public
from webapp.domain.permission import Actor, Permission
from webapp.domain.places.enrollment import LIVE, EnrollmentStatus
from webapp.domain.places.standing import Standing
from webapp.domain.questions.answer import Sheet
from webapp.domain.refusal import Refused
from webapp.queries.places.no_shows.strikes import Record, record_at
from webapp.queries.places.parties.party import party_of
from webapp.queries.places.standing import EventStanding, event_standing
from webapp.queries.questions.sheets import own_sheets
from webapp.views.current_actor import current_actor
from webapp.views.http.event_links import current_links
from webapp.views.participant.parties.sign_up import needs_of
from webapp.views.participant.places.block import Block


def load_block(slug: str, now: datetime) -> Block:
    """The event's block for whoever asks, or `not_found`: what was never published exists for
    its staff only."""
    actor = current_actor()
    place = event_standing(slug, actor.user_id if actor else None, links=current_links())
    if place is None or (_was_never_public(place) and not _may_preview(actor, place)):
        raise Refused("not_found")
    own = place.own
    party = party_of(own.party_id) if own and own.party_id and own.status in LIVE else None
    standing = place.at(now, needs=needs_of(party, actor))
    record = _record_of(place, actor, standing, now)
    block = Block(place, standing, now, sheet=_sheet_of(place), party=party, record=record)
    return replace(block, standing=standing.not_yet()) if block.enrolls_from else block


def _record_of(place: EventStanding, actor: Actor | None, standing: Standing, now: datetime) -> Record | None:
    """What counts against who may enroll, or against whom this event may count; one statement or two, where the
    organization has a policy."""
    if actor is None or actor.user_id is None or place.event.no_shows is None:
        return None
    own = place.own
    counts = own is not None and own.status in {EnrollmentStatus.NO_SHOW, EnrollmentStatus.CANCELLED}
    return record_at(actor.user_id, place.event.organization_id, now) if standing.can_enroll or counts else None


def _sheet_of(place: EventStanding) -> Sheet | None:
    """One statement where the event asks something and the reader has a place in it; else none."""
    own = place.own
    if own is None or own.status not in LIVE:
        return None
    return own_sheets({own.id: place.event.has_questions}).get(own.id)


def _was_never_public(place: EventStanding) -> bool:
    event = place.event
    return was_never_public(event.status, event.published_at)


def _may_preview(actor: Actor | None, place: EventStanding) -> bool:
    return actor is not None and actor.can(Permission.VIEW_ROSTER, place.event.organization_id, place.event.facility_id)
