"""How the invariants of messages of organizers are broken: name, statements, ids, tables laid bare."""

#: As the cases make it.
MAILING_IDS = {"written": 970}


def _mailing(status: str = "sending", people: int = 0, mails: int = 0) -> str:
    end = "NULL" if status in ("planned", "sending") else "created_at"
    return (
        "INSERT INTO mailings (id, event_id, created_by_id, subject, body, audience, status, send_at, request_id,"
        " version, people, mails, lines, no_address, gone, created_at, finished_at)"
        f" SELECT 970, {{clay}}, id, 'Dinner', 'Hi', 'null', '{status}', created_at, 'form', 1, {people}, {mails},"
        f" 0, 0, 0, created_at, {end} FROM users WHERE id = {{ana}}"
    )


def _recipient(place: str, reach: str = "NULL") -> str:
    return (
        "INSERT INTO mailing_recipients (mailing_id, user_id, enrollment_id, reach)"
        f" SELECT 970, user_id, id, {reach} FROM enrollments WHERE id = {{{place}}}"
    )


_EMAIL = (
    "INSERT INTO messages (id, dedupe_key, kind, user_id, recipient, subject, body, details, created_at,"
    " attempts, next_try_at) SELECT 971, 'mailing:970:0', 'mailing', id, 'ana@demo.test', 'x', 'x', 'null',"
    " created_at, 0, created_at FROM users WHERE id = {ana}"
)

MAILING_BREAKS = [
    (
        "message_counts_its_people",
        ";".join((_mailing(people=2), _recipient("seated"))),
        "mailing_id=written event_id=clay",
        "",
    ),
    (
        "message_finds_people_when_sent",
        ";".join((_mailing("planned", people=1), _recipient("seated"))),
        "mailing_id=written event_id=clay",
        "",
    ),
    (
        "message_to_people_of_its_event",
        ";".join((_mailing(people=1), _recipient("there"))),
        "mailing_id=written enrollment_id=there",
        "",
    ),
    (
        "told_by_email_has_email",
        ";".join((_mailing(people=1, mails=1), _recipient("seated", "'mail'"))),
        "mailing_id=written enrollment_id=seated",
        "",
    ),
    ("email_of_a_message_is_told", _EMAIL, "", ""),
]
