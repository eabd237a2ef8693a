"""Throwing away what nobody can use any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from webapp.domain.people import mail_code
from webapp.domain.people.proof import LIFETIME, MAIL_KIND
from webapp.domain.people.sign_in import LONGEST_IDLE, LONGEST_SESSION
from webapp.domain.work.run import RunStatus
from webapp.models import AddressChange, GuestHold, JobRun, MailCode, Message, PasswordReset, SignIn
from webapp.queries.work.run import found_something
from webapp.services.leaving.erasure import erase_late_letters
from webapp.services.places.people_import import forget_uploads
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

#: Runs that found nothing to do are kept this long; those that changed something, for ever.
KEEP_IDLE_RUNS = timedelta(days=30)
_DAY = timedelta(days=1)


def tidy(*, now: datetime, real_now: datetime) -> dict[str, int]:
    """Delete sessions and links that are over, and old runs that changed nothing; how many of each."""
    with write_transaction() as session:
        sign_ins = rows_changed(
            session,
            delete(SignIn).where(
                or_(SignIn.created_at < real_now - LONGEST_SESSION, SignIn.seen_at < real_now - LONGEST_IDLE)
            ),
        )
        resets = rows_changed(session, delete(PasswordReset).where(PasswordReset.expires_at < now))
        # Whom a code was for may have no account: nothing of it stays, and nothing of its mail.
        session.execute(delete(MailCode).where(MailCode.expires_at < now))
        session.execute(
            delete(GuestHold).where(
                GuestHold.ended_at < now - _DAY, ~exists().where(MailCode.guest_hold_id == GuestHold.id)
            )
        )
        session.execute(delete(AddressChange).where(AddressChange.created_at < now - _DAY - mail_code.UNDO_LIFETIME))
        session.execute(delete(Message).where(Message.kind == mail_code.MAIL_KIND, Message.created_at < now - _DAY))
        # A link that works no longer has no business in a mail we keep.
        for purpose, kind in MAIL_KIND.items():
            session.execute(
                update(Message)
                .where(Message.kind == kind, Message.created_at < now - LIFETIME[purpose], Message.body != "")
                .values(body="")
            )
        imports = forget_uploads(session, now=now)
        erase_late_letters(session, now=now)
        child = aliased(JobRun)
        idle = (
            select(JobRun.id)
            .where(JobRun.finished_at < real_now - KEEP_IDLE_RUNS, JobRun.event_id.is_(None))
            .where(
                JobRun.status == RunStatus.SUCCEEDED, ~exists().where(child.parent_id == JobRun.id), ~found_something()
            )
        )
        runs = rows_changed(
            session, delete(JobRun).where(JobRun.id.in_(idle)).execution_options(synchronize_session=False)
        )
    return {"sign_ins": sign_ins, "password_resets": resets, "imports": imports, "job_runs": runs}
