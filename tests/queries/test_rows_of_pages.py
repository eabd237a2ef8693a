"""What pages get are dataclasses filled by position: the columns of a statement are their first fields."""

from dataclasses import fields

import pytest
from sqlalchemy import select

from tests.support.worlds.world import NOON
from webapp.queries.asking import attendance_response, responses
from webapp.queries.classes import activation, program, program_class
from webapp.queries.desk import guest
from webapp.queries.events import admin_events, event
from webapp.queries.online import meeting_session, session_report
from webapp.queries.people import record
from webapp.queries.places import roster, standing

FILLED = {
    attendance_response.Question: lambda: attendance_response._questions(1),
    record.Record: lambda: record.shown(record.past()),
    responses.Respondent: lambda: responses._with_moves(responses._people(1, responses.ResponseFilter())),
    activation.ComingClass: activation._coming,
    program.ProgramFacts: program._programs,
    program_class.ClassFacts: program_class.class_facts,
    event.EventFacts: event.event_facts,
    event.StoredEvent: lambda: select(*event.STORED_COLUMNS),
    admin_events.ListedEvent: lambda: admin_events._listed(NOON),
    meeting_session.ListedSession: meeting_session._sessions,
    meeting_session.OwnSession: lambda: meeting_session._own_sessions(1),
    session_report.ReportLine: lambda: session_report._lines(1),
    roster.RosterPerson: roster._rows,
}


@pytest.mark.parametrize("kind", FILLED, ids=lambda kind: kind.__name__)
def test_the_first_fields_of_a_row_are_the_columns_of_its_statement(kind):
    columns = list(FILLED[kind]().selected_columns.keys())

    assert [field.name for field in fields(kind) if field.init][: len(columns)] == columns


def test_the_own_enrollment_stands_behind_the_event():
    columns = list(standing.with_own_enrollment(1).selected_columns.keys())
    own = [f"own_{field.name}" for field in fields(standing.OwnEnrollment)]

    assert columns[event.FACTS_WIDTH :] == columns[event.FACTS_WIDTH : standing._OWN_END] == own


def test_a_guest_and_the_check_ins_are_cut_out_of_one_statement():
    columns = list(guest._guest_select(with_taps=True).selected_columns.keys())
    person, entry = columns[guest._PERSON], ["id", *columns[guest._ENTRY][1:]]

    assert person == [field.name for field in fields(guest.Guest)][: len(person)]
    assert columns[guest._ENTRY][0] == "check_in_id"
    assert entry == [field.name for field in fields(guest.Entry)]
