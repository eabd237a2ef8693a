"""A file of people for an event: uploaded, looked at, read in the background, stopped, gone on with."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, url_for

from webapp.domain.permission import Actor, Permission
from webapp.domain.places.lists.guest_columns import BY_HAND
from webapp.domain.places.lists.people_import import MOST_BYTES, ImportStatus
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.people_import import (
    ImportFacts,
    data_of_import,
    import_by_id,
    imports_of_event,
    left_out_count,
    left_out_csv,
    left_out_lines,
)
from webapp.services.places.guest_import import Line, import_guests
from webapp.services.places.people_import import (
    columns_of_upload,
    keep_upload,
    name_columns,
    read_upload,
    start_import,
    stop_import,
)
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.people.guest_file import FIELDS, column_errors, column_select
from webapp.views.admin.people.import_words import result_reason, result_tone, result_words
from webapp.views.errors import status_of
from webapp.views.forms.sent import is_sent, one_field, sent_file, sent_file_name
from webapp.views.guards import staff, the_actor
from webapp.views.http.download import download
from webapp.views.http.uploads import takes_files
from webapp.views.loading import load_staff_event
from webapp.views.responses import render, see_other
from webapp.views.words.refusals import refusal_sentence

#: Lines of a file that is rehearsed whole before it runs; of a longer one the first of them.
_REHEARSED = 2_000
_FIRST_OF_LONG, _LINES_SHOWN, _LEFT_OUT_SHOWN = 200, 10, 50


@blueprint.get("/events/<id:event_id>/people/import")
@staff(Permission.GIVE_PLACE)
def import_people(event_id: int) -> Any:
    """Ask for the file, and list those from before."""
    return _start_page(load_staff_event(event_id, Permission.GIVE_PLACE))


@blueprint.post("/events/<id:event_id>/people/import")
@staff(Permission.GIVE_PLACE)
@takes_files(MOST_BYTES)
def upload_people(event_id: int) -> Any:
    """Keep the file, if it can be read, and look at it."""
    event = load_staff_event(event_id, Permission.GIVE_PLACE)
    actor = the_actor()
    try:
        data = sent_file("file")
        import_id = keep_upload(
            event_id=event.id,
            file_name=sent_file_name("file")[:120] or "file",
            data=data,
            actor=actor,
            by=actor.acts_as(event.organization_id),
            now=request_time.now(),
        )
    except Refused as refused:
        return _start_page(event, refused)
    return see_other(url_for("admin.one_import", import_id=import_id))


@blueprint.get("/people-imports/<id:import_id>")
@staff(Permission.GIVE_PLACE)
def one_import(import_id: int) -> Any:
    """What will happen, how far it is, or what came of it."""
    return _page(*_load(import_id))


@blueprint.post("/people-imports/<id:import_id>/columns")
@staff(Permission.GIVE_PLACE)
def choose_import_columns(import_id: int) -> Any:
    """Say which column is what, and look again."""
    found, event = _load(import_id)
    named = {what: one_field(name) for what, name in FIELDS.items() if is_sent(name)}
    try:
        name_columns(import_id=import_id, named=named)
    except Refused as refused:
        return _page(found, event, refused=refused, named=named)
    return see_other(url_for("admin.one_import", import_id=import_id))


@blueprint.post("/people-imports/<id:import_id>/<any(start, stop):what>")
@staff(Permission.GIVE_PLACE)
def run_import(import_id: int, what: str) -> Any:
    """Start or go on, or stop after the part that is being read."""
    found, event = _load(import_id)
    if what == "stop":
        stop_import(import_id=import_id)
    else:
        try:
            start_import(import_id=import_id, now=request_time.now(), real_now=request_time.real_now())
        except Refused as refused:
            return _page(found, event, refused=refused)
    return see_other(url_for("admin.one_import", import_id=import_id))


@blueprint.get("/people-imports/<id:import_id>/left-out.csv")
@staff(Permission.GIVE_PLACE)
def left_out_of_import(import_id: int) -> Response:
    """The lines that came to no place, with the reason: to be mended and uploaded again."""
    found, event = _load(import_id)
    heads = [gettext("Name"), gettext("Email"), gettext("Line"), gettext("Reason")]
    return download(left_out_csv(found.id, heads, _why), f"{event.slug}-left-out.csv", "text/csv")


def _why(result: str, facts: Mapping[str, Any]) -> str:
    return ". ".join(filter(None, (result_words(result), result_reason(result, facts))))


def _load(import_id: int) -> tuple[ImportFacts, EventFacts]:
    found = import_by_id(import_id)
    if found is None:
        raise Refused("not_found")
    return found, load_staff_event(found.event_id, Permission.GIVE_PLACE)


def _start_page(event: EventFacts, refused: Refused | None = None) -> Any:
    problem = refusal_sentence(refused.code, **refused.facts) if refused else None
    body = render_template(
        "admin/events/enrollments/import_start.html",
        event=event,
        imports=imports_of_event(event.id),
        problem=problem,
        most_mb=MOST_BYTES // 1024 // 1024,
    )
    return make_response(body, status_of(refused) if refused else 200)


def _page(
    found: ImportFacts, event: EventFacts, *, refused: Refused | None = None, named: dict[str, str] | None = None
) -> Any:
    values: dict[str, Any] = {"found": found, "event": event, "refused": None, "fields": [], "errors": {}}
    status = 200
    if found.status == ImportStatus.UPLOADED and found.has_data:
        looked = _look(found, event, named)
        values |= looked
        refused = refused or looked["problem"]
    else:
        values |= {
            "left_out": left_out_lines(found.id, most=_LEFT_OUT_SHOWN),
            "left_out_count": left_out_count(found.id),
        }
    if refused is not None:
        values["errors"] = column_errors(refused)
        values["refused"] = None if values["errors"] else refusal_sentence(refused.code, **refused.facts)
        status = status_of(refused)
    return render(
        "admin/events/enrollments/import.html",
        "admin/events/enrollments/_import.html",
        status,
        result_words=result_words,
        refusal_words=lambda code: refusal_sentence(code) if code else "",
        result_tone=result_tone,
        result_reason=result_reason,
        **values,
    )


def _look(found: ImportFacts, event: EventFacts, named: dict[str, str] | None) -> dict[str, Any]:
    """Which column is what, and what would happen."""
    data, columns = data_of_import(found.id) or b"", found.named if named is None else named
    problem, lines, total = None, [], 0
    try:
        guests = read_upload(data, columns).guests
        total = len(guests)
        lines = _rehearsed(event, guests[: total if total <= _REHEARSED else _FIRST_OF_LONG])
    except Refused as refused:
        problem = refused
    choice = columns_of_upload(data, columns)
    return {
        "problem": problem,
        "lines": lines[:_LINES_SHOWN],
        "left_out": [line for line in lines if result_tone(line.result or "") == "no"][:_LINES_SHOWN],
        "counts": Counter(line.result for line in lines),
        "rehearsed": len(lines),
        "total": total,
        "fields": [column_select(what, choice) for what in BY_HAND] if choice else [],
    }


def _rehearsed(event: EventFacts, guests: Any) -> list[Line]:
    parts = import_guests(
        event_id=event.id,
        guests=guests,
        actor=Actor(user_id=None, name=""),
        reason="",
        now=request_time.now(),
        dry_run=True,
    )
    return sorted((line for part in parts for line in part), key=lambda line: line.number)
