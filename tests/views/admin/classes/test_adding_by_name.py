"""Adding people to a class by name, also those whom nobody knows yet."""

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import broken_class
from tests.support.worlds.world import NOON
from webapp.models import ClassEnrollment, FacilityPerson, User
from webapp.queries.audit import broken_invariants

pytestmark = pytest.mark.usefixtures("noon")


def test_new_people_belong_to_the_facility_and_more_of_them_than_places_need_a_reason(
    app_context, world, organizer, classroom, session
) -> None:
    class_id = classroom.make(capacity=1)
    address = f"/admin/classes/{class_id}/people/new"
    ana = world.person("Ana Silva", email="ana@post.example")
    organizer.get(address)
    text = "Ana Silva, ana@post.example\nEmil Weber; 030 5550177\nAna S., ana@post.example"

    page = organizer.post(address, lines=text)
    assert [word in page.text for word in ("Gets a place", "Joins the waitlist, number 1", "Listed twice")] == [
        True
    ] * 3
    form = {"lines": text, "wish": "over_limit", "reason": "The chairs are there"}
    page = organizer.post(address, **form)
    assert organizer.post(address, **form, seen=page.fields(address)["seen"], what="add").status == 303

    session.rollback()
    seated = session.execute(
        select(User.id, User.phone, ClassEnrollment.over_capacity)
        .join(ClassEnrollment, ClassEnrollment.user_id == User.id)
        .order_by(ClassEnrollment.id)
    ).all()
    assert [(row.phone, row.over_capacity) for row in seated] == [(None, False), ("030 5550177", True)]
    assert seated[0].id == ana
    assert set(session.scalars(select(FacilityPerson.user_id))) == {row.id for row in seated}
    assert "over by 1" in organizer.get(f"/admin/classes/{class_id}/people").text
    assert broken_class(session, class_id) == []
    assert list(broken_invariants(NOON)) == []
