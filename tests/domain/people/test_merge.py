"""Two rows of one person: who may merge them, which place stays, and when it can be undone."""

from datetime import timedelta

import pytest

from tests.support.worlds.world import NOON
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.people.merge import (
    CLASS_ORDER,
    EVENT_ORDER,
    UNDO_LIFETIME,
    MergeWay,
    Row,
    Stand,
    keeps_other,
    require_mergeable,
    require_undoable,
)
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused

PLAIN = {"is_gone": False, "has_roles": False, "signs_in": False, "is_proved": False}


def row(user_id=2, **facts) -> Row:
    return Row(user_id, **{**PLAIN, **facts})


def code(act) -> str | None:
    try:
        act()
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("kept", "other", "refused"),
    [
        (row(1), row(), {}),
        (row(1, has_roles=True, signs_in=True, is_proved=True), row(), {}),
        (row(1), row(1), dict.fromkeys(MergeWay, "merge_same")),
        (row(1, is_gone=True), row(), dict.fromkeys(MergeWay, "merge_person_gone")),
        (row(1), row(is_gone=True), dict.fromkeys(MergeWay, "merge_person_gone")),
        (row(1), row(has_roles=True), dict.fromkeys(MergeWay, "merge_has_roles")),
        (row(1), row(signs_in=True), {MergeWay.STAFF: "merge_signs_in"}),
        (row(1), row(is_known_elsewhere=True), {MergeWay.STAFF: "merge_elsewhere"}),
        (row(1, is_known_elsewhere=True), row(), {}),
        (row(1, is_managed=True), row(), dict.fromkeys(MergeWay, "merge_managed")),
        (row(1), row(is_managed=True), dict.fromkeys(set(MergeWay) - {MergeWay.CLAIM}, "merge_managed")),
        (
            row(1, is_proved=True),
            row(is_managed=True),
            dict.fromkeys(set(MergeWay) - {MergeWay.CLAIM}, "merge_managed"),
        ),
    ],
)
def test_who_may_merge_whom(kept, other, refused):
    found = {way: code(lambda way=way: require_mergeable(kept, other, way)) for way in MergeWay}
    by_themselves = (MergeWay.SELF, MergeWay.CLAIM)
    unproved = {} if kept.is_proved else dict.fromkeys(by_themselves, "merge_unproved")
    unproved |= {MergeWay.SELF: "merge_unproved"}

    assert found == {**dict.fromkeys(MergeWay), **unproved, **refused}


@pytest.mark.parametrize("unproved", ["kept", "other"])
def test_a_person_proves_both_mailboxes(unproved):
    kept, other = (row(n, signs_in=True, is_proved=name != unproved) for n, name in ((1, "kept"), (2, "other")))
    proved = row(1, is_proved=True), row(2, is_proved=True)

    assert code(lambda: require_mergeable(kept, other, MergeWay.SELF)) == "merge_unproved"
    assert code(lambda: require_mergeable(*proved, MergeWay.SELF)) is None


def test_a_mailbox_alone_does_not_merge_an_account_that_asks_for_a_second_step():
    kept, other = row(1, is_proved=True, has_second_step=True), row(is_proved=True, has_second_step=True)
    asks_for_one = row(is_proved=True)

    assert {way: code(lambda way=way: require_mergeable(kept, other, way)) for way in MergeWay} == {
        **dict.fromkeys(MergeWay),
        MergeWay.SELF: "merge_second_step",
    }
    assert code(lambda: require_mergeable(kept, asks_for_one, MergeWay.SELF)) is None


@pytest.mark.parametrize("order", [EVENT_ORDER, CLASS_ORDER])
def test_the_better_status_stays_whichever_row_has_it(order):
    for at, better in enumerate(order):
        for worse in order[at + 1 :]:
            assert keeps_other(Stand("X", worse), Stand("X", better))
            assert not keeps_other(Stand("X", better), Stand("X", worse))
        assert keeps_other(Stand("X"), Stand("X", better))


def test_every_status_is_in_the_order():
    assert (set(EVENT_ORDER), set(CLASS_ORDER)) == (set(S), set(E))


def test_of_two_in_line_the_earlier_ticket_stays_and_of_two_alike_the_kept_one():
    early, late = Stand("X", S.WAITLISTED, 3), Stand("X", S.WAITLISTED, 8)

    assert (keeps_other(late, early), keeps_other(early, late)) == (True, False)
    assert not keeps_other(Stand("X", S.CONFIRMED), Stand("X", S.CONFIRMED))
    assert not keeps_other(Stand("X"), Stand("X"))


def test_presence_comes_before_every_status_and_two_who_were_there_are_two_people():
    there, enrolled = Stand("Clay", E.WITHDRAWN, was_there=True), Stand("Clay", E.ENROLLED)

    assert (keeps_other(enrolled, there), keeps_other(there, enrolled)) == (True, False)
    with pytest.raises(Refused) as caught:
        keeps_other(there, Stand("Clay", E.ENROLLED, was_there=True))
    assert (caught.value.code, caught.value.facts) == ("merge_both_present", {"title": "Clay"})


@pytest.mark.parametrize(
    ("changed", "after", "refused"),
    [
        ({}, timedelta(0), None),
        ({}, UNDO_LIFETIME - timedelta(seconds=1), None),
        ({}, UNDO_LIFETIME, "merge_undo_over"),
        ({"is_undone": True}, UNDO_LIFETIME, "merge_undone"),
        ({"is_last": False}, timedelta(0), "merge_not_last"),
        ({"is_gone": True, "is_last": False}, timedelta(0), "merge_person_gone"),
    ],
)
def test_until_when_a_merge_can_be_undone(changed, after, refused):
    facts = {"is_undone": False, "is_last": True, "is_gone": False, **changed}

    assert code(lambda: require_undoable(NOON, now=NOON + after, **facts)) == refused
