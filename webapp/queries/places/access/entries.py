"""The list of an event, as its organizers read it."""

from sqlalchemy import Row, func, select

from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import ClassEnrollment, EventListEntry, Facility, FacilityPerson, ProgramClass
from webapp.queries.page import Page, cut
from webapp.queries.reach import within

PAGE_SIZE = 100
_MOST_TO_CHOOSE = 500


def entries_page(event_id: int, page: int) -> Page[Row]:
    """The list of an event, groups first: `id, kind, value, name, people` (of a facility or a class)."""
    entry = EventListEntry
    at_facility = (
        select(func.count())
        .select_from(FacilityPerson)
        .where(FacilityPerson.facility_id == entry.facility_id, FacilityPerson.deactivated_at.is_(None))
    )
    in_class = (
        select(func.count())
        .select_from(ClassEnrollment)
        .where(ClassEnrollment.class_id == entry.class_id, ClassEnrollment.has_place)
    )
    is_written = entry.value.is_not(None)
    rows = db.session.execute(
        cut(
            select(
                entry.id,
                entry.kind,
                entry.value,
                func.coalesce(Facility.name, ProgramClass.title).label("name"),
                (at_facility.scalar_subquery() + in_class.scalar_subquery()).label("people"),
                func.count().over().label("total"),
            )
            .outerjoin(Facility, Facility.id == entry.facility_id)
            .outerjoin(ProgramClass, ProgramClass.id == entry.class_id)
            .where(entry.event_id == event_id)
            .order_by(is_written, entry.kind.desc(), entry.value, entry.id),
            page,
            PAGE_SIZE,
        )
    ).all()
    return Page(rows, rows[0].total if rows else 0, page, PAGE_SIZE)


def classes_to_choose(organization_id: int, reach: Reach) -> list[tuple[int, str]]:
    """Classes (id, title) of the organization that are reached and were not put away, the latest first."""
    rows = db.session.execute(
        select(ProgramClass.id, ProgramClass.title)
        .where(
            ProgramClass.organization_id == organization_id,
            within(reach, ProgramClass.organization_id, ProgramClass.facility_id),
            ProgramClass.archived_at.is_(None),
        )
        .order_by(ProgramClass.starts_on.desc(), ProgramClass.id.desc())
        .limit(_MOST_TO_CHOOSE)
    )
    return [(row.id, row.title) for row in rows]


def event_of_entry(entry_id: int) -> int | None:
    """On whose list it stands."""
    return db.session.scalar(select(EventListEntry.event_id).where(EventListEntry.id == entry_id))
