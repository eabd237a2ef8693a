"""Programs in the browser: made, edited, switched off and archived, every bad input named."""

import re

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.views.admin.classes.class_pages import (
    BROKEN_IDS,
    BROKEN_TEXTS,
    HOSTILE_TEXTS,
    class_form,
    errors_of,
    program_form,
)
from webapp.models import Program

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]


def test_bad_programs_are_422_beside_their_field_and_change_nothing(organizer, world, session):
    before, wrong = digest(session), []
    tries = [("name", text) for text in BROKEN_TEXTS] + [("description", text) for text in ("a\0b", "x" * 8001)]
    tries += [("facility", text) for text in BROKEN_IDS if text] + [("organization_id", "999999")]
    for field, value in tries:
        page = organizer.post("/admin/programs/new", **program_form(world, **{field: value}))
        if (page.status, page.title[:7]) != (422, "Error: ") or f"#{field}" not in errors_of(page):
            wrong.append((field, value, page.status, errors_of(page)))
    for request_id in ("", "x", "a\0bcdefgh", "x" * 65):
        assert organizer.post("/admin/programs/new", **program_form(world, request_id=request_id)).status == 422
    assert (wrong, digest(session)) == ([], before)


def test_hostile_texts_are_text(organizer, world, classroom, session):
    for number, text in enumerate(HOSTILE_TEXTS):
        made = organizer.post("/admin/programs/new", **program_form(world, name=text, request_id=f"form-{number:08}"))
        created = organizer.post(f"{made.location}/classes/new", **class_form(world, title=text))
        page = organizer.get(created.location)
        assert (page.status, page.headings("h1")) == (200, [" ".join(text.split())])
        assert not re.search(r"<script>alert|<img src=x|<div hx-get=/admin", page.html)


def test_programs_are_edited_switched_and_archived_and_old_pages_are_refused(organizer, world, session):
    made = organizer.post("/admin/programs/new", **program_form(world)).location
    assert organizer.post(f"{made}/edit", **program_form(world, name="Ceramics", version="1")).status == 303
    before = digest(session)
    assert organizer.post(f"{made}/edit", **program_form(world, name="Weaving", version="1")).status == 409
    assert organizer.post(f"{made}/edit", **program_form(world, name="Weaving")).status == 422
    assert digest(session) == before
    organizer.post(f"{made}/active", on="", version="2")
    assert "No new classes can be planned." in organizer.get(made).text
    refused = organizer.post(f"{made}/classes/new", **class_form(world))
    assert (refused.status, "This program isn’t active." in refused.text) == (422, True)
    assert organizer.post(f"{made}/archive", version="2").status == 409
    assert organizer.post(f"{made}/archive", version="3").status == 303
    session.rollback()
    assert session.scalar(select(Program.archived_at)) is not None
