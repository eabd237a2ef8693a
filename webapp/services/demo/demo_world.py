"""The demonstration: an organization in the middle of its week, told through the real use cases.

Everything is laid out around the instant at which the world was begun, which is kept as the
organization's `created_at`. So an interrupted start is simply told again: each step finds
what it did before.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update

from webapp.adapters.signing_in.passwords import hash_password
from webapp.domain.permission import Role, Trigger
from webapp.extensions import db
from webapp.models import Event, Facility, Organization, User
from webapp.services.accounts.people_by_address import people_by_address
from webapp.services.demo.demo_answers import tell_binding
from webapp.services.demo.demo_attendance import tell_camp, tell_mending, tell_past_evenings, tell_printing
from webapp.services.demo.demo_cast import ABOUT, ALL, CROWD, address
from webapp.services.demo.demo_classes import tell_classes
from webapp.services.demo.demo_logo import demo_logo
from webapp.services.demo.demo_people import DEMO_PASSWORD
from webapp.services.demo.demo_plan import BERLIN, SAO_PAULO, PlannedEvent, choro, past_evenings, planned_events
from webapp.services.demo.demo_sessions import online_plan, tell_online
from webapp.services.demo.demo_stage import Stage, once
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.events.forecast import keep_forecasts
from webapp.services.organizations.organization_settings import keep_logo
from webapp.services.organizations.organization_setup import add_facility, add_member, add_organization
from webapp.services.places.decision import decide_application
from webapp.services.unit_of_work import write_transaction

#: The draft is made last, so it says that everything else is there.
_LAST = "demo-market"
_PLACES = {
    BERLIN: ("Hafen Studio", "Hafenstraße 41, Hamburg"),
    SAO_PAULO: ("Oficina Pinheiros", "Rua dos Pinheiros 218, São Paulo"),
}
#: Who does what there, and at which of its places only.
_TEAM = {
    "admin": (Role.OWNER, None),
    "teacher": (Role.TEACHER, None),
    "desk": (Role.DESK, BERLIN),
    "viewer": (Role.VIEWER, None),
    "organizer": (Role.ORGANIZER, None),
}
#: The same of the second organization.
_NEIGHBOURS = {"rafael": (Role.ORGANIZER, None), "bia": (Role.DESK, None), "sofia": (Role.OWNER, None)}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def seed_demo_world(*, now: datetime) -> bool:
    """Fill the demonstration once; False when it is there already."""
    if db.session.scalar(select(Event.id).where(Event.request_id == _LAST)) is not None:
        return False
    now = now.replace(second=0, microsecond=0)
    people = _accounts(now)
    main = _begin_organization("Northside Makers", people, _PLACES, _TEAM, now=now)
    plans = planned_events(main.now)
    tell_binding(main, plans["binding"])
    _tell_neighbours(people, main.now)
    _tell_coming_events(main, plans)
    _tell_applications(main, plans)
    _tell_called_off(main, plans)
    tell_camp(main, plans["weekend"])
    tell_mending(main, plans["mending"])
    tell_printing(main, plans["printing"])
    tell_online(main, online_plan(main.now))
    tell_past_evenings(main, past_evenings(main.now))
    tell_classes(main)
    keep_forecasts(now=main.now)
    main.event(_LAST, plans["market"], at=main.now - _DAY, publish=False)
    return True


def _accounts(now: datetime) -> dict[str, int]:
    """Everybody's id; the admin also operates the installation."""
    password_hash = hash_password(DEMO_PASSWORD)
    names = {address(who): name for who, name in ALL.items()}
    with write_transaction() as session:
        found, _ = people_by_address(session, names, now=now, password_hash=password_hash, proved_at=now)
        session.execute(update(User).where(User.email == address("admin")).values(is_operator=True))
    return {who: found[address(who)] for who in ALL}


def _begin_organization(
    name: str,
    people: dict[str, int],
    places: dict[str, tuple[str, str]],
    staff: Mapping[str, tuple[Role, str | None]],
    *,
    now: datetime,
) -> Stage:
    """Find the organization with its places, or make it. The last of its staff answers its mail."""
    with write_transaction() as session:
        query = select(Organization.id, Organization.created_at).where(Organization.name == name)
        row = session.execute(query).one_or_none()
        if row is None:
            contact = address(list(staff)[-1])
            id_ = add_organization(session, name=name, contact_email=contact, now=now).id
            made = {
                zone: add_facility(session, id_, name=place, timezone=zone, address=street)
                for zone, (place, street) in places.items()
            }
            for who, (role, zone) in staff.items():
                add_member(session, id_, people[who], role=role, facility_id=made[zone] if zone else None, now=now)
            keep_logo(session, id_, demo_logo(name), now=now)
            session.execute(update(Organization).where(Organization.id == id_).values(description=ABOUT[name]))
            row = session.execute(query).one()
        own = select(Facility.timezone, Facility.id).where(Facility.organization_id == row.id)
        facilities = {zone: facility_id for zone, facility_id in session.execute(own)}
    return Stage(row.created_at, row.id, facilities, people)


def _tell_coming_events(stage: Stage, plans: dict[str, PlannedEvent]) -> None:
    """Full with a waitlist that moved once, full without one, unlimited, not open yet."""
    began, crowd = stage.now - 9 * _DAY, list(CROWD)
    clay = stage.event("demo-clay", plans["clay"], at=began)
    seated = ["ben", "lukasz", "uri", "siobhan", "lan", "mohamed", *crowd[:6]]
    waiting = [crowd[6], "masako", "ana", "zoe", crowd[7], "alexandros"]
    stage.enroll(clay, [*seated, *waiting], first=began + _HOUR, every=3 * _HOUR)
    stage.cancel(clay, "uri", at=stage.now - 2 * _DAY)
    repair = stage.event("demo-repair", plans["repair"], at=began)
    repairing = ["daria", "minjun", "ben", *crowd[10:15]]
    stage.enroll(repair, repairing, first=began + 2 * _HOUR, every=5 * _HOUR)
    studio = stage.event("demo-studio", plans["studio"], at=began)
    stage.enroll(studio, ["ana", "priya", *crowd[15:26]], first=began + 3 * _HOUR, every=7 * _HOUR)
    stage.event("demo-lamps", plans["lamps"], at=began)


def _tell_applications(stage: Stage, plans: dict[str, PlannedEvent]) -> None:
    """Two approved, one turned down, four who wait for an answer."""
    began = stage.now - 6 * _DAY
    residency = stage.event("demo-residency", plans["residency"], at=began)
    applying = ["saranya", "alexandros", "lan", "masako", "mohamed", "zoe", "siobhan"]
    stage.enroll(residency, applying, first=began + _HOUR, every=9 * _HOUR)
    organizer = stage.actor("organizer", Role.ORGANIZER)
    for number, (who, approve) in enumerate((("saranya", True), ("lan", True), ("alexandros", False))):
        with once():
            decide_application(
                enrollment_id=stage.enrollment(residency, who).id,
                approve=approve,
                actor=organizer,
                by=Trigger.ORGANIZER,
                now=stage.now - 2 * _DAY + number * _HOUR,
                reason=None if approve else "The bench is too small for the loom",
            )


def _tell_called_off(stage: Stage, plans: dict[str, PlannedEvent]) -> None:
    began = stage.now - 5 * _DAY
    river = stage.event("demo-river", plans["river"], at=began)
    stage.enroll(river, ["ana", "daria", "lukasz", "priya"], first=began + _HOUR, every=4 * _HOUR)
    cancel_event(
        event_id=river,
        reason="The river is too high",
        actor=stage.actor("organizer", Role.ORGANIZER),
        now=stage.now - _DAY,
    )


def _tell_neighbours(people: dict[str, int], began: datetime) -> None:
    """A second organization with a team of its own: neither staff sees more of the other's events than anybody."""
    places = {SAO_PAULO: ("Galpão Sul", "Rua Augusta 990, São Paulo")}
    neighbours = _begin_organization("Ateliê Sul", people, places, _NEIGHBOURS, now=began)
    event_id = neighbours.event("demo-choro", choro(began), at=began - 3 * _DAY)
    neighbours.enroll(event_id, ["priya", "ben", "daria"], first=began - 2 * _DAY, every=5 * _HOUR)
