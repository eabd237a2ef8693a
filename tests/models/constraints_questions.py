"""How the constraints of questions are broken; `test_constraints` does it."""

from tests.support.worlds.world import NOON
from webapp.models import EventQuestion


def question_row(ids, **changes) -> dict:
    usual = {"event_id": ids["event"], "position": 1, "kind": "number", "wording": "How many?", "created_at": NOON}
    return {**usual, **changes}


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_event_questions_kind": (EventQuestion, lambda ids: question_row(ids, kind="riddle")),
    "ck_event_questions_asked": (EventQuestion, lambda ids: question_row(ids, asked="never")),
    "ck_event_questions_seen_by": (EventQuestion, lambda ids: question_row(ids, seen_by="all")),
    "ck_event_questions_kept_days": (EventQuestion, lambda ids: question_row(ids, kept_days=31)),
    "ck_event_questions_condition_whole": (EventQuestion, lambda ids: question_row(ids, shown_if_answer="yes")),
}
