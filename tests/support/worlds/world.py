"""What a test starts from: an organization, an event, people. Real rows, written like any other."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.event_days import effective_end
from webapp.domain.permission import Actor, Grant, Role
from webapp.domain.places.standby import standby_at
from webapp.domain.text import fold, search_text
from webapp.models import Event, EventPolicy, Facility, MemberRole, Membership, Organization, User
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.unit_of_work import write_transaction

_number = count(1)

#: A quiet Wednesday: the `now` of tests that do not care which.
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


def _derived(starts_at: datetime, policy: dict[str, object]) -> dict[str, object]:
    """The columns of a policy that follow from others, as the form would write them."""
    minutes = policy.get("standby_minutes")
    return {"standby_at": standby_at(starts_at, int(str(minutes)))} if minutes is not None else {}


@dataclass
class World:
    """Builds rows in the current app's database. Every id it returns is an int."""

    app: Flask
    now: datetime = NOON
    organization_id: int = 0
    facility_id: int = 0
    names: dict[int, str] = field(default_factory=dict)

    def organization(self, name: str = "Northside Makers", timezone: str = "Europe/Berlin") -> int:
        """An organization with one facility; later events belong to it."""
        with self.app.app_context(), write_transaction() as session:
            row = Organization(
                slug=f"org-{next(_number)}",
                name=name,
                contact_email="hello@northside.example",
                created_at=self.now,
            )
            session.add(row)
            session.flush()
            place = Facility(organization_id=row.id, name="Studio 2", address="Hafenstrasse 41", timezone=timezone)
            session.add(place)
            session.flush()
            self.organization_id, self.facility_id = row.id, place.id
        return self.organization_id

    def facility(self, name: str, timezone: str = "Europe/Berlin") -> int:
        """One more facility of the organization; events and classes stay at the first."""
        with self.app.app_context(), write_transaction() as session:
            row = Facility(organization_id=self.organization_id, name=name, timezone=timezone)
            session.add(row)
            session.flush()
            return row.id

    def event(
        self,
        title: str = "Hand-building with clay",
        *,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        timezone: str = "Europe/Berlin",
        status: str = "published",
        slug: str | None = None,
        **policy: object,
    ) -> int:
        """An event (by default published, tomorrow) with a policy of these columns."""
        if not self.organization_id:
            self.organization()
        starts_at = starts_at or self.now + timedelta(days=1)
        with self.app.app_context(), write_transaction() as session:
            row = Event(
                organization_id=self.organization_id,
                facility_id=self.facility_id,
                slug=slug or f"event-{next(_number)}",
                title=title,
                search_text=" " + fold(title),
                description="Coil, slab and pinch.",
                place="Studio 2",
                timezone=timezone,
                starts_at=starts_at,
                ends_at=ends_at,
                effective_end_at=effective_end(starts_at, ends_at),
                status=status,
                published_at=None if status == "draft" else self.now,
                created_at=self.now,
            )
            session.add(row)
            session.flush()
            session.add(EventPolicy(event_id=row.id, **{**_derived(starts_at, policy), **policy}))
            return row.id

    def person(
        self,
        name: str = "Mira Sand",
        *,
        role: Role | None = None,
        email: str | None = None,
        is_operator: bool = False,
        timezone: str | None = None,
        is_proved: bool = True,
    ) -> int:
        """An account whose address is proved; with a role, a member of the world's organization."""
        email = email or f"person-{next(_number)}@post.example"
        with self.app.app_context(), write_transaction() as session:
            row = User(
                name=name,
                email=email,
                search_text=search_text(name, email),
                timezone=timezone,
                is_operator=is_operator,
                created_at=self.now,
                address_proved_at=self.now if is_proved else None,
            )
            session.add(row)
            session.flush()
            if role is not None:
                if not self.organization_id:
                    raise ValueError("make the organization first")
                self.join_team(session, row.id, role)
            self.names[row.id] = name
            return row.id

    def join_team(self, session: Session, user_id: int, role: Role, facility_id: int | None = None) -> None:
        """Put somebody on the team of the world's organization."""
        who = {"organization_id": self.organization_id, "user_id": user_id, "created_at": self.now}
        if session.get(Membership, (self.organization_id, user_id)) is None:
            session.add(Membership(**who))
            session.flush()
        session.add(MemberRole(**who, role=role, facility_id=facility_id))
        session.flush()

    def people(self, number: int) -> list[int]:
        """So many accounts, in one transaction."""
        with self.app.app_context(), write_transaction() as session:
            rows = []
            for _ in range(number):
                n = next(_number)
                name, email = f"Person {n}", f"person-{n}@post.example"
                rows.append(
                    User(
                        name=name,
                        email=email,
                        search_text=search_text(name, email),
                        created_at=self.now,
                        address_proved_at=self.now,
                    )
                )
            session.add_all(rows)
            session.flush()
            self.names.update({row.id: row.name for row in rows})
            return [row.id for row in rows]

    def actor(self, user_id: int, role: Role | None = None) -> Actor:
        """That person as an actor, with a role in the world's organization if given."""
        grants = {self.organization_id: [Grant(role)]} if role else {}
        return Actor(user_id=user_id, name=self.names.get(user_id, "Somebody"), grants=grants)

    def sign_in(self, client: FlaskClient, user_id: int) -> None:
        """Give the client that person's session cookie."""
        with self.app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="test", real_now=clock.real_now())
        client.set_cookie("turnout_signed_in", token)
