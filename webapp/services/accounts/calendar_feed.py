"""The secret address of a person's own calendar: made, made anew, ended."""

from datetime import datetime

from sqlalchemy import delete, update

from webapp.adapters.tokens import new_token, token_hash
from webapp.models import CalendarFeed
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_FEED = CalendarFeed.__table__


def renew_feed(*, user_id: int, now: datetime) -> str:
    """A new secret, told this once; the one before no longer opens anything."""
    token = new_token()
    values = {"token_hash": token_hash(token), "created_at": now}
    with write_transaction() as session:
        made = insert_unless_there(session, _FEED, index_elements=["user_id"]).values(user_id=user_id, **values)
        if session.scalar(made.returning(_FEED.c.user_id)) is None:
            session.execute(update(_FEED).where(_FEED.c.user_id == user_id).values(values))
    return token


def end_feed(*, user_id: int) -> bool:
    """Close it; False where there was none."""
    with write_transaction() as session:
        return bool(rows_changed(session, delete(_FEED).where(_FEED.c.user_id == user_id)))
