"""How the constraints of messages of organizers are broken; `test_constraints` does it."""

from sqlalchemy import insert

from tests.support.worlds.world import NOON
from webapp.models import Mailing, MailingRecipient, Message


def mailing_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "created_by_id": ids["user"], "subject": "Dinner", "body": "Hi", "audience": {},
        "status": "planned", "send_at": NOON, "request_id": "form-000000000001", "created_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def recipient_row(ids, **changes) -> dict:
    usual = {"mailing_id": ids["mailing"], "user_id": ids["user"], "enrollment_id": ids["enrollment"]}
    return {**usual, **changes}


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_mailings_status": (Mailing, lambda ids: mailing_row(ids, status="lost", finished_at=NOON)),
    "ck_mailings_dropped_because": (
        Mailing,
        lambda ids: mailing_row(ids, status="dropped", dropped_because="rain", finished_at=NOON),
    ),
    "ck_mailings_dropped_has_reason": (Mailing, lambda ids: mailing_row(ids, status="dropped", finished_at=NOON)),
    "ck_mailings_end_has_time": (Mailing, lambda ids: mailing_row(ids, status="sent")),
    "ck_mailings_anchor": (Mailing, lambda ids: mailing_row(ids, anchor="lunch", offset_hours=1)),
    "ck_mailings_goes_by_an_anchor": (Mailing, lambda ids: mailing_row(ids, offset_hours=1)),
    "ck_mailings_hours_or_days": (Mailing, lambda ids: mailing_row(ids, anchor="at_start", offset_days=1)),
    "ck_mailings_told_of_its_people": (Mailing, lambda ids: mailing_row(ids, status="sending", people=1, mails=2)),
    "ck_mailings_sent_to_all": (Mailing, lambda ids: mailing_row(ids, status="sent", people=1, finished_at=NOON)),
    "ck_mailing_recipients_reach": (MailingRecipient, lambda ids: recipient_row(ids, reach="pigeon")),
    "ck_mailing_recipients_email_where_mailed": (
        MailingRecipient,
        lambda ids: recipient_row(ids, reach="line", message_id=ids["message"]),
    ),
}

#: As `test_constraints.TWICE`.
TWICE = {
    "uq_mailings_request": (Mailing, mailing_row, mailing_row),
    "uq_mailing_recipients_message": (
        MailingRecipient,
        lambda ids: recipient_row(ids, reach="mail", message_id=ids["message"]),
        lambda ids: recipient_row(ids, user_id=ids["other"], reach="mail", message_id=ids["message"]),
    ),
}


def seed(session, ids) -> dict:
    """A message and an email to stand beside the wrong rows."""
    row = mailing_row(ids, request_id="form-000000000000")
    mailing_id = session.scalar(insert(Mailing).values(row).returning(Mailing.id))
    mail = {
        "dedupe_key": "constraints", "kind": "mailing", "user_id": ids["user"], "recipient": "a@post.example",
        "subject": "Dinner", "body": "Hi", "created_at": NOON, "next_try_at": NOON, "details": {},
    }  # fmt: skip
    return {**ids, "mailing": mailing_id, "message": session.scalar(insert(Message).values(mail).returning(Message.id))}
