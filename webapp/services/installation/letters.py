"""What owners of an organization are mailed about what an operator did with it."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain.installation.operator_act import OperatorAct
from webapp.domain.permission import Role
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import N_, gettext
from webapp.models import MemberRole, Message, Organization, User
from webapp.queries.mail_address import can_be_written_to
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters
from webapp.services.unit_of_work import nudge_after_commit

_LETTERS = {
    OperatorAct.ORGANIZATION_SUSPENDED: (
        N_("{organization} was suspended"),
        N_("""Hi {name},

{organization} was suspended by the people who run this installation. Its public pages are closed, no one can \
enroll, and your team can read everything but change nothing. Nothing is deleted, and \
people keep their places and history.

They wrote:

{reason}
"""),
    ),
    OperatorAct.ORGANIZATION_RESUMED: (
        N_("{organization} is open again"),
        N_("""Hi {name},

{organization} is no longer suspended. Its pages are public again, and your team can work as before.

They wrote:

{reason}
"""),
    ),
}


def tell_owners(session: Session, organization_id: int, act: OperatorAct, reason: str, *, now: datetime) -> None:
    """One mail to each owner, in their own language or the organization's."""
    owners = session.execute(
        select(User.id, User.name, User.email, User.language)
        .add_columns(Organization.name.label("organization"), Organization.language.label("usual"))
        .join(MemberRole, MemberRole.user_id == User.id)
        .join(Organization, Organization.id == MemberRole.organization_id)
        .where(Organization.id == organization_id, MemberRole.role == Role.OWNER, can_be_written_to())
        .order_by(User.id)
    ).all()
    letters = []
    for row in owners:
        said = {"name": first_name(row.name), "organization": row.organization, "reason": reason}
        with speaking(row.language or row.usual):
            subject, body = (gettext(words, **said) for words in _LETTERS[act])
        letters.append(
            {
                "dedupe_key": f"{act}:{organization_id}:{row.id}:{now:%Y%m%d%H%M%S%f}",
                "kind": str(act),
                "user_id": row.id,
                "recipient": row.email,
                "subject": subject[:250],
                "body": body,
                "details": {},
                "created_at": now,
                "next_try_at": now,
            }
        )
    if letters:
        session.execute(insert(Message), letters)
        nudge_after_commit(session, "send-messages")


def tell_asker(session: Session, request: AnyRow, *, is_accepted: bool, reason: str, now: datetime) -> None:
    """One mail to who asked to open an organization (a row of the requests), in their language."""
    row = session.execute(
        select(User.id, User.name, User.email, User.language).where(User.id == request.user_id, can_be_written_to())
    ).one_or_none()
    if row is None:
        return
    said = {"name": first_name(row.name), "organization": request.name, "reason": reason}
    with speaking(row.language):
        if is_accepted:
            link = Letters(now).url("admin.start")
            subject = gettext("{organization} is open", **said)
            body = gettext(
                """Hi {name},

{organization} is open, and you’re its owner. Create your first event here:

{link}
""",
                **said,
                link=link,
            )
        else:
            subject = gettext("{organization} was not opened", **said)
            body = gettext(
                """Hi {name},

You asked to open {organization}. The people who run this installation declined.
""",
                **said,
            )
        if reason:
            body += "\n" + gettext("They wrote:") + f"\n\n{reason}\n"
    letter = {"kind": "organization_request", "user_id": row.id, "recipient": row.email, "details": {}}
    when = {"created_at": now, "next_try_at": now}
    said_once = {"dedupe_key": f"organization_request:{request.id}", "subject": subject[:250], "body": body}
    session.execute(insert(Message), [{**letter, **when, **said_once}])
    nudge_after_commit(session, "send-messages")
