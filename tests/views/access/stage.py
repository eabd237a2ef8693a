"""The demonstration's world with one of each thing an address can name, and one person for each way to be somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.views.access.cast import (
    ANNEX,
    EVERYWHERE,
    GUEST,
    HERE,
    NEIGHBOURS,
    NOBODY,
    OTHER_GUEST,
    PEOPLE,
    TEACHER,
    Person,
    Thing,
)
from tests.views.access.things import Owners, things
from webapp.extensions import db
from webapp.models import Facility, Organization, User
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.organizations.organization_setup import add_facility, add_member
from webapp.services.unit_of_work import write_transaction


@dataclass(frozen=True)
class Stage:
    """Cookies by person, things by name."""

    cookies: Mapping[Person, str]
    things: Mapping[str, Thing]


def set_up(app: Flask, now: datetime) -> Stage:
    """Add to the demonstration what it lacks. Everything an address names is Ana's, where it is a person's."""
    with app.app_context():
        with write_transaction() as session:
            ids = _people(session, now)
            named = things(session, Owners(ids[GUEST], _account(session, "masako"), ids[TEACHER]), now)
        cookies = {
            person: begin_sign_in(user_id=ids[person], user_agent="test", real_now=now)
            for person in PEOPLE
            if person != NOBODY
        }
        db.session.remove()
    return Stage(cookies, named)


def _people(session: Session, now: datetime) -> dict[Person, int]:
    northside, neighbours = session.scalars(select(Organization.id).order_by(Organization.name.desc())).all()
    here = session.scalars(select(Facility.id).where(Facility.organization_id == northside)).all()
    annex = add_facility(session, northside, name="Annex", timezone="Europe/Berlin", address="")
    places: dict[str, tuple[int, list]] = {
        EVERYWHERE: (northside, [None]),
        HERE: (northside, list(here)),
        ANNEX: (northside, [annex]),
        NEIGHBOURS: (neighbours, [None]),
    }
    ids = {GUEST: _account(session, "ana"), OTHER_GUEST: _account(session, "tom.hartley")}
    ids[TEACHER] = _account(session, "teacher")
    for number, person in enumerate(PEOPLE):
        if person in ids or person == NOBODY:
            continue
        account = User(
            name=person.name,
            email=f"access-{number}@post.example",
            is_operator=person.is_operator,
            created_at=now,
            address_proved_at=now,
        )
        session.add(account)
        session.flush()
        ids[person] = account.id
        organization_id, facilities = places[person.at]
        for facility_id in facilities if person.role else []:
            add_member(session, organization_id, account.id, role=person.role, facility_id=facility_id, now=now)
    return ids


def _account(session: Session, name: str) -> int:
    return session.execute(select(User.id).where(User.email == f"{name}@demo.test")).scalar_one()
