"""How many people somebody looks after, and whom staff can put into another person's care."""

import pytest

from tests.support.worlds.world import NOON
from webapp.domain.people.care import ASK_LIFETIME, MOST_CARED_FOR, AskStatus, require_room
from webapp.domain.people.care import require_answerable as answerable
from webapp.domain.people.care import require_attachable as attachable
from webapp.domain.people.merge import Row
from webapp.domain.refusal import Refused

PLAIN = {"is_gone": False, "has_roles": False, "signs_in": False, "is_proved": False}
SIGNS_IN = {"signs_in": True, "is_proved": True}


def row(user_id, **facts) -> Row:
    return Row(user_id, **{**PLAIN, **facts})


def code(rule, *given, **values) -> str | None:
    try:
        rule(*given, **values)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("person", "carer", "has_address", "refused"),
    [
        ({}, SIGNS_IN, False, None),
        ({}, {}, False, None),
        ({}, {**SIGNS_IN, "has_roles": True, "is_known_elsewhere": True, "has_second_step": True}, False, None),
        ({}, SIGNS_IN, True, "care_has_account"),
        ({"signs_in": True}, SIGNS_IN, False, "care_has_account"),
        ({"has_roles": True}, SIGNS_IN, False, "care_has_account"),
        ({"is_known_elsewhere": True}, SIGNS_IN, False, "care_elsewhere"),
        ({"is_managed": True}, SIGNS_IN, False, "care_managed"),
        ({}, {"is_managed": True}, False, "care_managed"),
        ({"is_gone": True}, SIGNS_IN, False, "merge_person_gone"),
        ({}, {**SIGNS_IN, "is_gone": True}, False, "merge_person_gone"),
    ],
)
def test_who_is_attached_to_whom(person, carer, has_address, refused):
    assert code(attachable, row(1, **person), row(2, **carer), has_address=has_address) == refused


def test_nobody_looks_after_themselves():
    assert code(attachable, row(1), row(1), has_address=False) == "merge_same"


@pytest.mark.parametrize("status", AskStatus)
def test_an_open_question_is_answered_for_seven_days(status):
    late = {"expires_at": NOON + ASK_LIFETIME, "now": NOON + ASK_LIFETIME}

    refused = None if status is AskStatus.OPEN else "care_request_over"
    assert code(answerable, status, expires_at=NOON + ASK_LIFETIME, now=NOON) == refused
    assert code(answerable, status, **late) == "care_request_over"


@pytest.mark.parametrize("count", [0, 1, MOST_CARED_FOR - 1])
def test_there_is_room_for_one_more(count):
    require_room(count)


@pytest.mark.parametrize("count", [MOST_CARED_FOR, MOST_CARED_FOR + 1])
def test_beyond_the_limit_there_is_none(count):
    with pytest.raises(Refused) as caught:
        require_room(count)
    assert (caught.value.code, caught.value.facts) == ("cared_for_full", {"most": MOST_CARED_FOR})
