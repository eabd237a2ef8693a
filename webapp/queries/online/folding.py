"""What folding reads: rooms with something new, the deliveries about people, and the stays they have so far."""

from collections.abc import Sequence

from sqlalchemy import Row, and_, exists, select
from sqlalchemy.orm import Session, aliased

from webapp.extensions import db
from webapp.models import MeetingRoom, Stay, WebhookDelivery
from webapp.queries.id_set import is_among_words

_TOLD = (
    WebhookDelivery.delivery_id,
    WebhookDelivery.kind,
    WebhookDelivery.participant_sid,
    WebhookDelivery.room_sid,
    WebhookDelivery.identity,
    WebhookDelivery.is_attendee,
    WebhookDelivery.sent_at,
    WebhookDelivery.joined_at,
    WebhookDelivery.room_name,
    WebhookDelivery.number,
)
_STAY = tuple(Stay.__table__.c)


def is_folding_due() -> bool:
    """Whether any room has deliveries that its stays do not show."""
    return bool(db.session.scalar(select(exists().where(MeetingRoom.deliveries > MeetingRoom.folded))))


def due_rooms(session: Session, *, limit: int, only: Sequence[str] | None = None) -> dict[str, tuple[int, int]]:
    """Rooms with something new, longest waiting first: name -> (deliveries, folded)."""
    query = select(MeetingRoom.name, MeetingRoom.deliveries, MeetingRoom.folded)
    query = query.where(MeetingRoom.deliveries > MeetingRoom.folded)
    if only is not None:
        query = query.where(is_among_words(session, MeetingRoom.name, only))
    query = query.order_by(MeetingRoom.last_delivery_at, MeetingRoom.name).limit(limit)
    return {row.name: (row.deliveries, row.folded) for row in session.execute(query)}


def room_counts(session: Session, name: str) -> tuple[int, int] | None:
    """A room's (deliveries, folded), or None where nothing was ever told of it."""
    row = session.execute(
        select(MeetingRoom.deliveries, MeetingRoom.folded).where(MeetingRoom.name == name)
    ).one_or_none()
    return None if row is None else (row.deliveries, row.folded)


def room_names() -> Sequence[str]:
    """Every room of which anything was told."""
    return db.session.scalars(select(MeetingRoom.name).order_by(MeetingRoom.name)).all()


def told_of(session: Session, rooms: Sequence[str], *, only_news: bool) -> Sequence[Row]:
    """Every delivery about participants of these rooms; `only_news`: about those of whom something new was told."""
    query = select(*_TOLD).where(is_among_words(session, WebhookDelivery.room_name, rooms))
    query = query.where(WebhookDelivery.participant_sid.is_not(None))
    if only_news:
        fresh = _fresh(session, rooms)
        query = query.join(
            fresh,
            and_(
                fresh.c.room_name == WebhookDelivery.room_name,
                fresh.c.participant_sid == WebhookDelivery.participant_sid,
            ),
        )
    return session.execute(query).all()


def stays_of(session: Session, rooms: Sequence[str], *, only_news: bool) -> Sequence[Row]:
    """The stays these rooms have so far, of the same participants as `told_of`."""
    query = select(*_STAY).where(is_among_words(session, Stay.room_name, rooms))
    if only_news:
        fresh = _fresh(session, rooms)
        query = query.join(
            fresh, and_(fresh.c.room_name == Stay.room_name, fresh.c.participant_sid == Stay.participant_sid)
        )
    return session.execute(query).all()


def lock_rooms(session: Session, rooms: Sequence[str]) -> dict[str, int]:
    """Lock the rows of these rooms, in one order for everybody: name -> folded."""
    query = select(MeetingRoom.name, MeetingRoom.folded).where(is_among_words(session, MeetingRoom.name, rooms))
    rows = session.execute(query.order_by(MeetingRoom.name).with_for_update())
    return {row.name: row.folded for row in rows}


def _fresh(session: Session, rooms: Sequence[str]):
    """Participants of these rooms about whom there is a delivery beyond what was folded."""
    news, room = aliased(WebhookDelivery), aliased(MeetingRoom)
    return (
        select(news.room_name, news.participant_sid)
        .join(room, and_(room.name == news.room_name, news.number > room.folded))
        .where(is_among_words(session, room.name, rooms), news.participant_sid.is_not(None))
        .distinct()
        .subquery("fresh")
    )
