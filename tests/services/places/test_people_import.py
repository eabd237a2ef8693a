"""A file of people is read in the background: part by part, stopped, gone on with, never twice."""

import io
import zipfile

import pytest
from sqlalchemy import func, select

from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import NOON
from webapp.adapters.spreadsheet import read_table_text
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.lists.people_import import MOST_BYTES
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, JobRun, PeopleImport, PeopleImportLine
from webapp.queries.audit import broken_invariants
from webapp.services.places.guest_import import CHUNK
from webapp.services.places.people_import import (
    KEPT_FOR,
    keep_upload,
    name_columns,
    run_import,
    start_import,
    stop_import,
)
from webapp.services.tidying import tidy

pytestmark = pytest.mark.usefixtures("app_context")


class Killed(Exception):
    """The worker is gone in the middle of a part."""


@pytest.fixture
def upload(world):
    """Keep a file for an event; the id of it."""
    world.organization()
    actor = world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)

    def kept(event_id, data):
        sent = data if isinstance(data, bytes) else data.encode()
        return keep_upload(
            event_id=event_id, file_name="guests.csv", data=sent, actor=actor, by=Trigger.ORGANIZER, now=NOON
        )

    return kept


def people(number: int) -> str:
    lines = [f"Guest {n},guest{n}@post.example" for n in range(number)]
    return "\n".join(["Name,Email", *lines, "Broken,nowhere@"])


def stored(session, import_id) -> PeopleImport:
    session.rollback()
    return session.get_one(PeopleImport, import_id, populate_existing=True)


def test_a_killed_worker_is_followed_by_one_that_does_nothing_twice(world, session, upload) -> None:
    event_id = world.event(capacity=CHUNK + 10)
    import_id = upload(event_id, people(2 * CHUNK + 20))
    start_import(import_id=import_id, now=NOON, real_now=NOON)
    assert session.scalar(select(JobRun.name)) == "import-people"
    session.rollback()
    parts = []

    def dies(_session, _counts):
        parts.append(1)
        if len(parts) == 2:
            raise Killed

    with pytest.raises(Killed):
        run_import(event_id=event_id, now=NOON, beat=dies)
    assert stored(session, import_id).done == CHUNK
    assert session.scalar(select(func.count()).select_from(Enrollment)) == CHUNK
    session.rollback()

    assert run_import(event_id=event_id, now=NOON) == {"lines": CHUNK + 21}

    done = stored(session, import_id)
    assert (done.status, done.done, done.total, done.data) == ("done", 2 * CHUNK + 21, 2 * CHUNK + 21, None)
    assert done.counts == {"enrolled": CHUNK + 10, "waitlisted": CHUNK + 10, "bad_address": 1}
    left = session.scalars(select(PeopleImportLine)).one()
    assert (left.number, left.name, left.result) == (2 * CHUNK + 22, "Broken", "bad_address")
    assert broken(session, event_id) == []
    assert list(broken_invariants(NOON)) == []
    assert run_import(event_id=event_id, now=NOON) == {}


def test_it_stops_after_a_part_and_goes_on(world, session, upload) -> None:
    event_id = world.event()
    import_id = upload(event_id, people(CHUNK + 5))
    start_import(import_id=import_id, now=NOON, real_now=NOON)
    stop_import(import_id=import_id)

    run_import(event_id=event_id, now=NOON)

    stopped = stored(session, import_id)
    assert (stopped.status, stopped.done) == ("stopped", CHUNK)
    session.execute(JobRun.__table__.update().values(status="succeeded"))
    session.commit()
    start_import(import_id=import_id, now=NOON, real_now=NOON)
    run_import(event_id=event_id, now=NOON)
    assert stored(session, import_id).status == "done"
    with pytest.raises(Refused, match="import_not_startable"):
        start_import(import_id=import_id, now=NOON, real_now=NOON)


def test_one_file_at_a_time_and_what_is_refused_says_why(world, session, upload) -> None:
    event_id = world.event()
    first, second = upload(event_id, people(3)), upload(event_id, people(3))
    start_import(import_id=first, now=NOON, real_now=NOON)
    with pytest.raises(Refused, match="import_running"):
        start_import(import_id=second, now=NOON, real_now=NOON)
    assert stored(session, second).status == "uploaded"
    for data in (b"", b"x" * (MOST_BYTES + 1), b"Name\nAda\n", b"\x00\x01\x02", b"PK\x03\x04 broken"):
        before = digest(session)
        with pytest.raises(Refused):
            upload(event_id, data)
        assert digest(session) == before


def test_columns_are_named_by_hand_where_nobody_recognises_them(world, session, upload) -> None:
    event_id = world.event()
    import_id = upload(event_id, "Wer,Wohin\nAda Okafor,ada@okafor.example\n")
    name_columns(import_id=import_id, named={"email": "Wohin", "name": "Wer"})
    start_import(import_id=import_id, now=NOON, real_now=NOON)
    run_import(event_id=event_id, now=NOON)
    assert stored(session, import_id).counts == {"enrolled": 1}


def test_a_file_that_nobody_started_is_gone_after_a_day(world, session, upload) -> None:
    import_id = upload(world.event(), people(3))
    later = NOON + KEPT_FOR
    assert tidy(now=later, real_now=later)["imports"] == 0
    assert tidy(now=later + KEPT_FOR, real_now=later)["imports"] == 1
    assert stored(session, import_id).data is None
    with pytest.raises(Refused, match="import_file_gone"):
        start_import(import_id=import_id, now=later, real_now=later)


def test_a_workbook_is_read_like_text_and_a_bomb_is_not_unpacked() -> None:
    text = read_table_text(workbook([["Name", "Email", "Tickets"], ["Ada", "ada@okafor.example", 2]])).text
    assert text.splitlines()[1] == '"Ada","ada@okafor.example","2"'
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (65 * 1024 * 1024))
    with pytest.raises(Refused, match="workbook_too_large"):
        read_table_text(bomb.getvalue())


def workbook(rows) -> bytes:
    """The smallest .xlsx with these rows."""
    cells = "".join(
        "<row>"
        + "".join(
            f"<c><v>{v}</v></c>" if isinstance(v, int) else f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in row
        )
        + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets>'
        '<sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
