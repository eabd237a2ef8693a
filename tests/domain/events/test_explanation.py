"""An explanation is derived from the evidence by the rule that decides, for every way to a status."""

from datetime import UTC, date, datetime, timedelta

import pytest

from webapp.domain.events.closure import AttendanceRequirement, AttendanceRule
from webapp.domain.events.explanation import CheckInFact, Evidence, Explanation, MoveFact, explain
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind

DAYS = (date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21))
AT = datetime(2026, 6, 21, 18, 15, tzinfo=UTC)
BOTH = AttendanceRule(AttendanceRequirement.MINIMUM_DAYS, 2, 3)


def check_in(day: date, *, reversed_at: datetime | None = None) -> CheckInFact:
    return CheckInFact(local_on=day, method="code", at=AT - timedelta(days=1), reversed_at=reversed_at)


def move(
    from_status: S | None,
    to_status: S,
    *,
    by: Trigger = Trigger.SYSTEM,
    kind: TransitionKind = TransitionKind.MOVE,
    reason: str | None = None,
) -> MoveFact:
    return MoveFact(
        from_status=from_status, to_status=to_status, kind=kind, by=by, actor="Dana Kim", reason=reason, at=AT
    )


def explained(
    status: S,
    *moves: MoveFact,
    check_ins: tuple[CheckInFact, ...] = (),
    rule: AttendanceRule = BOTH,
    rank: int | None = None,
) -> Explanation:
    evidence = Evidence(status=status, rule=rule, days=DAYS, check_ins=check_ins, moves=moves, rank=rank)
    return explain(evidence, "Europe/Berlin")


def codes(explanation: Explanation) -> list[str]:
    return [sentence.code for sentence in explanation.sentences]


def test_no_show_with_too_few_days_names_the_days_and_what_was_asked():
    explanation = explained(
        S.NO_SHOW,
        move(None, S.CONFIRMED),
        move(S.CONFIRMED, S.CHECKED_IN),
        move(S.CHECKED_IN, S.NO_SHOW),
        check_ins=(check_in(DAYS[0]),),
    )
    assert codes(explanation) == ["requires_minimum_days", "present", "closed_no_show"]
    assert explanation.sentences[1].values == {"days": (DAYS[0],), "present": 1, "total": 3}
    assert [day.present for day in explanation.days] == [True, False, False]


def test_no_show_who_never_came_says_so():
    explanation = explained(S.NO_SHOW, move(S.CONFIRMED, S.NO_SHOW))
    assert codes(explanation) == ["requires_minimum_days", "never_checked_in", "closed_no_show"]


def test_attended_by_closure_is_derived_from_the_days():
    explanation = explained(
        S.ATTENDED, move(S.CHECKED_IN, S.ATTENDED), check_ins=(check_in(DAYS[0]), check_in(DAYS[2]))
    )
    assert codes(explanation) == ["requires_minimum_days", "present", "closed_attended"]
    assert explanation.present_days == 2


def test_a_check_in_outside_the_days_and_one_taken_back_are_said_not_to_count():
    explanation = explained(
        S.CHECKED_IN,
        check_ins=(check_in(date(2026, 6, 22)), check_in(DAYS[0], reversed_at=AT), check_in(DAYS[1])),
    )
    assert codes(explanation) == ["requires_minimum_days", "present", "outside_days", "taken_back", "would_miss"]


def test_a_day_checked_in_again_after_an_undo_counts():
    explanation = explained(S.CHECKED_IN, check_ins=(check_in(DAYS[0], reversed_at=AT), check_in(DAYS[0])))
    assert "taken_back" not in codes(explanation)
    assert explanation.present_days == 1


def test_before_the_end_it_says_what_closure_would_make_of_it():
    twice = (check_in(DAYS[0]), check_in(DAYS[1]))
    assert explained(S.CHECKED_IN, check_ins=twice).would_become is S.ATTENDED
    assert explained(S.CONFIRMED).would_become is S.NO_SHOW


def test_an_override_is_explained_after_what_closure_said():
    explanation = explained(
        S.ATTENDED,
        move(S.CONFIRMED, S.NO_SHOW),
        move(S.NO_SHOW, S.ATTENDED, by=Trigger.ADMIN, kind=TransitionKind.OVERRIDE, reason="Was there on day 2"),
    )
    assert codes(explanation)[-2:] == ["closed_no_show", "override"]
    assert explanation.sentences[-1].values["reason"] == "Was there on day 2"
    assert explanation.sentences[-1].values["actor"] == "Dana Kim"


def test_a_withdrawn_override_keeps_both_in_the_story():
    explanation = explained(
        S.NO_SHOW,
        move(S.CONFIRMED, S.NO_SHOW),
        move(S.NO_SHOW, S.ATTENDED, kind=TransitionKind.OVERRIDE, reason="Was there"),
        move(S.ATTENDED, S.NO_SHOW, kind=TransitionKind.WITHDRAWAL, reason="Mixed up two people"),
    )
    assert codes(explanation)[-3:] == ["closed_no_show", "override", "withdrawal"]


def test_evidence_that_changed_after_closure_is_admitted():
    explanation = explained(S.NO_SHOW, move(S.CHECKED_IN, S.NO_SHOW), check_ins=tuple(map(check_in, DAYS)))
    assert codes(explanation)[-1] == "evidence_differs"


@pytest.mark.parametrize("status", [S.PENDING, S.WAITLISTED, S.CANCELLED, S.REJECTED])
def test_statuses_that_presence_does_not_decide_name_who_and_when(status):
    explanation = explained(status, move(S.PENDING, status, by=Trigger.ORGANIZER, reason="Full"), rank=3)
    assert codes(explanation) == [f"is_{status}"]
    assert explanation.sentences[0].values == {
        "rank": 3,
        "at": AT,
        "by": Trigger.ORGANIZER,
        "actor": "Dana Kim",
        "reason": "Full",
    }
    assert explanation.days == ()


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (AttendanceRule(AttendanceRequirement.ALL_DAYS, None, 3), "requires_all_days"),
        (AttendanceRule(AttendanceRequirement.ANY_DAY, None, 3), "requires_any_day"),
        (AttendanceRule(AttendanceRequirement.MINIMUM_DAYS, 2, 3), "requires_minimum_days"),
        (AttendanceRule(AttendanceRequirement.MINIMUM_DAYS, 1, 3), "requires_any_day"),
        (AttendanceRule(AttendanceRequirement.ALL_DAYS, None, 1), "requires_the_day"),
    ],
)
def test_what_is_asked_for_is_said_in_the_simplest_way(rule, code):
    assert codes(explained(S.CONFIRMED, rule=rule))[0] == code
