"""Throwing away what nobody can use any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from webapp.models import JobRun, Message, PasswordReset, SignIn
from webapp.queries.job_run import found_something
from webapp.services.people.account import RESET_LIFETIME
from webapp.services.people.erasure import erase_late_letters
from webapp.services.people.sign_in import LONGEST_IDLE, LONGEST_SESSION
from webapp.services.unit_of_work import write_transaction

#: Runs that found nothing to do are kept this long; those that changed something, for ever.
KEEP_IDLE_RUNS = timedelta(days=30)


def tidy(*, now: datetime, real_now: datetime) -> dict[str, int]:
    """Delete sessions and links that are over, and old runs that changed nothing; how many of each."""
    with write_transaction() as session:
        sign_ins = session.execute(
            delete(SignIn).where(
                or_(SignIn.created_at < real_now - LONGEST_SESSION, SignIn.seen_at < real_now - LONGEST_IDLE)
            )
        )
        resets = session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now))
        # A link that works no longer has no business in a mail we keep.
        session.execute(
            update(Message)
            .where(Message.kind == "password_reset", Message.created_at < now - RESET_LIFETIME, Message.body != "")
            .values(body="")
        )
        erase_late_letters(session, now=now)
        child = aliased(JobRun)
        idle = (
            select(JobRun.id)
            .where(JobRun.finished_at < real_now - KEEP_IDLE_RUNS, JobRun.event_id.is_(None))
            .where(JobRun.status == "succeeded", ~exists().where(child.parent_id == JobRun.id), ~found_something())
        )
        runs = session.execute(delete(JobRun).where(JobRun.id.in_(idle)).execution_options(synchronize_session=False))
    return {"sign_ins": sign_ins.rowcount, "password_resets": resets.rowcount, "job_runs": runs.rowcount}
