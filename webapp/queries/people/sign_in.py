"""Where a person is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.adapters.user_agent import device_of
from webapp.domain.device import Device
from webapp.domain.people.sign_in import LONGEST_IDLE, LONGEST_SESSION
from webapp.extensions import db
from webapp.models import SignIn


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One browser that is signed in. Times are the machine's own."""

    id: int
    device: Device
    created_at: datetime
    seen_at: datetime
    is_this: bool


def sessions_of(user_id: int, *, here: int, real_now: datetime) -> Sequence[OwnSession]:
    """Every session that is alive, this one (`here`) first, then the one used last."""
    rows = db.session.execute(
        select(SignIn.id, SignIn.user_agent, SignIn.created_at, SignIn.seen_at)
        .where(
            SignIn.user_id == user_id,
            SignIn.created_at >= real_now - LONGEST_SESSION,
            SignIn.seen_at >= real_now - LONGEST_IDLE,
        )
        .order_by(SignIn.id != here, SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [OwnSession(row.id, device_of(row.user_agent), row.created_at, row.seen_at, row.id == here) for row in rows]


def browser_of(user_agent: str) -> Device:
    """The browser and device that call themselves so."""
    return device_of(user_agent)
