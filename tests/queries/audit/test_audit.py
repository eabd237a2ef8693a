"""Every invariant is broken on purpose, past all constraints, and has to be reported."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.queries.audit.breaks_of_activations import ACTIVATION_BREAKS, ACTIVATION_IDS
from tests.queries.audit.breaks_of_appeals import APPEAL_BREAKS, APPEAL_IDS
from tests.queries.audit.breaks_of_certificates import CERTIFICATE_BREAKS
from tests.queries.audit.breaks_of_classes import CLASS_BREAKS, CLASS_IDS
from tests.queries.audit.breaks_of_enrollments import ENROLLMENT_BREAKS
from tests.queries.audit.breaks_of_events import EVENT_BREAKS
from tests.queries.audit.breaks_of_ids import ID_BREAKS
from tests.queries.audit.breaks_of_mailings import MAILING_BREAKS, MAILING_IDS
from tests.queries.audit.breaks_of_no_shows import NO_SHOW_BREAKS
from tests.queries.audit.breaks_of_notifications import NOTIFICATION_BREAKS
from tests.queries.audit.breaks_of_parties import PARTY_BREAKS
from tests.queries.audit.breaks_of_privacy import PRIVACY_BREAKS
from tests.queries.audit.breaks_of_program_classes import PROGRAM_CLASS_BREAKS, PROGRAM_CLASS_IDS
from tests.queries.audit.breaks_of_prompts import PROMPT_BREAKS
from tests.queries.audit.breaks_of_questions import QUESTION_BREAKS, QUESTION_IDS
from tests.queries.audit.breaks_of_roll_call import ROLL_CALL_BREAKS
from tests.queries.audit.breaks_of_sessions import SESSION_BREAKS
from tests.queries.audit.breaks_of_standby import STANDBY_BREAKS
from tests.queries.audit.breaks_of_stays import STAY_BREAKS
from tests.support.worlds.demo_database import lay_bare
from tests.support.worlds.world import NOON
from webapp.queries.audit import INVARIANTS


@dataclass(frozen=True)
class Break:
    """How an invariant is broken; `ids` are what its finding has to name."""

    invariant: str
    bare: tuple[str, ...]
    sql: tuple[str, ...]
    ids: tuple[str, ...]


def broken(invariant: str, sql: str, ids: str, *, bare: str = "") -> Break:
    return Break(invariant, tuple(bare.split()), tuple(sql.split(";")), tuple(ids.split()))


BREAKS = [
    broken(invariant, sql, ids, bare=bare)
    for invariant, sql, ids, bare in [
        *ENROLLMENT_BREAKS,
        *PARTY_BREAKS,
        *EVENT_BREAKS,
        *NOTIFICATION_BREAKS,
        *MAILING_BREAKS,
        *PROMPT_BREAKS,
        *QUESTION_BREAKS,
        *APPEAL_BREAKS,
        *STANDBY_BREAKS,
        *STAY_BREAKS,
        *SESSION_BREAKS,
        *ACTIVATION_BREAKS,
        *PROGRAM_CLASS_BREAKS,
        *ROLL_CALL_BREAKS,
        *PRIVACY_BREAKS,
        *CLASS_BREAKS,
        *CERTIFICATE_BREAKS,
        *NO_SHOW_BREAKS,
        *ID_BREAKS,
    ]
]

EVENTS = ("clay", "repair", "camp", "printing", "lamps")
PEOPLE = ("ana", "ben")
PLACES = {
    "waiting": ("clay", "ana"),
    "seated": ("clay", "ben"),
    "promoted": ("clay", "emile.lefevre"),
    "attended": ("printing", "ana"),
    "missed": ("printing", "zoe"),
    "corrected": ("printing", "mohamed"),
    "there": ("camp", "yusuf.kaya"),
    "also_there": ("camp", "ingrid.bakke"),
    "mistaken": ("camp", "bruno.teixeira"),
    "absent": ("camp", "runa.olsen"),
    "only_one": ("camp", "tom.hartley"),
}
MOVES = {
    "override": ("corrected", "attended"),
    "promotion": ("promoted", "confirmed"),
    "outcome": ("missed", "no_show"),
}
EVENT = text("SELECT id FROM events WHERE request_id = :name")
PERSON = text("SELECT id FROM users WHERE email = :email")
PLACE = text("SELECT id FROM enrollments WHERE event_id = :event AND user_id = :user")
TICKET = text("SELECT waitlist_position FROM enrollments WHERE event_id = :event AND user_id = :user")
MOVE = text("SELECT max(id) FROM enrollment_transitions WHERE enrollment_id = :enrollment AND to_status = :status")
FOREIGN_FACILITY = text("SELECT id FROM facilities WHERE name = 'Galpão Sul'")


def picked(session: Session) -> dict[str, int]:
    """The rows of the demo world that the cases name."""

    def person(who: str) -> int:
        return session.scalar(PERSON, {"email": f"{who}@demo.test"})

    ids = {name: session.scalar(EVENT, {"name": f"demo-{name}"}) for name in EVENTS}
    ids |= {name: person(name) for name in PEOPLE}
    for name, (event, who) in PLACES.items():
        ids[name] = session.scalar(PLACE, {"event": ids[event], "user": person(who)})
    for name, (whose, status) in MOVES.items():
        ids[name] = session.scalar(MOVE, {"enrollment": ids[whose], "status": status})
    ids["ticket"] = session.scalar(TICKET, {"event": ids["clay"], "user": person("zoe")})
    ids |= CLASS_IDS | PROGRAM_CLASS_IDS | QUESTION_IDS | APPEAL_IDS | MAILING_IDS
    ids |= {"third": person("zoe"), "reborn": 9300, "reborn_session": 9301}
    ids |= {name: session.scalar(text(sql)) for name, sql in ACTIVATION_IDS.items()}
    ids["session"] = 901  # made by the cases themselves
    ids["foreign_facility"] = session.scalar(FOREIGN_FACILITY)
    return ids


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.invariant)
def test_a_broken_invariant_is_reported_with_the_row_that_breaks_it(demo: Session, case: Break) -> None:
    ids = picked(demo)
    for table in case.bare:
        lay_bare(demo, table)
    for statement in case.sql:
        demo.execute(text(statement.format(**ids)))

    found = [
        finding
        for invariant in INVARIANTS
        for finding in invariant.findings(demo, NOON)
        if finding.invariant == case.invariant
    ]

    expected = {column: ids[name] for column, name in (pair.split("=") for pair in case.ids)}
    assert [{column: finding.ids.get(column) for column in expected} for finding in found] == [expected]
    assert json.loads(json.dumps(found[0].as_dict()))["wrong"] == found[0].wrong != ""


def test_every_invariant_has_a_case_that_breaks_it() -> None:
    assert {case.invariant for case in BREAKS} == {invariant.name for invariant in INVARIANTS}


def test_the_demo_world_breaks_nothing(demo: Session) -> None:
    assert [finding for invariant in INVARIANTS for finding in invariant.findings(demo, NOON)] == []
