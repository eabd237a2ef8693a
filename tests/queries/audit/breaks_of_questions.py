"""How the invariants of questions and answers are broken: name, statements, ids, tables laid bare."""

#: As the cases make it.
QUESTION_IDS = {"question": 950, "other_question": 951}
_CREATED = "(SELECT created_at FROM users WHERE id = {ana})"


def _question(id_: int, event: str, *, shown_if: str = "NULL", kept: str = "NULL", kind: str = "number") -> str:
    condition = "'yes'" if shown_if != "NULL" else "NULL"
    return (
        "INSERT INTO event_questions (id, event_id, position, kind, wording, help, choices, is_required, asked,"
        " seen_by, kept_days, shown_if_id, shown_if_answer, version, created_at)"
        f" VALUES ({id_}, {event}, 1, '{kind}', 'Why?', '', '', false, 'later', 'desk', {kept}, {shown_if},"
        f" {condition}, 1, {_CREATED})"
    )


def _answer(number: int = 0, value: str = "5") -> str:
    return (
        "INSERT INTO enrollment_answers (enrollment_id, question_id, number, value, answered_at)"
        f" VALUES ({{there}}, 950, {number}, '{value}', {_CREATED})"
    )


_ASKS = "UPDATE event_policies SET has_questions = true"
_LONG_AGO = "UPDATE events SET effective_end_at = '2020-01-01 00:00:00+00:00' WHERE id = {camp}"

QUESTION_BREAKS = [
    (
        "answers_deleted_in_time",
        ";".join((_ASKS, _question(950, "{camp}", kept="30"), _answer(), _LONG_AGO)),
        "event_id=camp question_id=question",
        "",
    ),
    (
        "answer_of_its_event",
        ";".join((_ASKS, _question(950, "{clay}"), _answer())),
        "event_id=clay enrollment_id=there question_id=question",
        "",
    ),
    (
        "one_answer_to_a_question",
        ";".join((_ASKS, _question(950, "{camp}"), _answer(), _answer(1))),
        "event_id=camp enrollment_id=there question_id=question",
        "",
    ),
    (
        "answer_file_has_answer",
        ";".join(
            (
                _ASKS,
                _question(950, "{camp}", kind="file"),
                _answer(value=""),
                "INSERT INTO answer_files (enrollment_id, question_id, mimetype, body)"
                " VALUES ({there}, 950, 'application/pdf', 'x')",
            )
        ),
        "enrollment_id=there question_id=question",
        "",
    ),
    ("event_knows_it_asks", _question(950, "{camp}"), "event_id=camp", ""),
    (
        "condition_in_its_event",
        ";".join((_ASKS, _question(950, "{camp}"), _question(951, "{clay}", shown_if="950"))),
        "event_id=clay question_id=other_question",
        "",
    ),
]
