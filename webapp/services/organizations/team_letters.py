"""What a member of a team is mailed when somebody else changed what they may do."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.people.team import TeamChangeKind
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.role_names import roles_in_words
from webapp.languages.words import gettext
from webapp.models import Message, Organization, TeamChange, User
from webapp.queries.mail_address import can_be_written_to
from webapp.queries.row_types import AnyRow


def tell_member(session: Session, change_id: int, *, now: datetime) -> None:
    """One mail about that line of the trail, in the member's language."""
    by = aliased(User)
    row = session.execute(
        select(TeamChange.kind, TeamChange.after, User.id, User.name, User.email, User.language)
        .add_columns(Organization.name.label("organization"), by.name.label("actor"))
        .join(User, User.id == TeamChange.user_id)
        .join(by, by.id == TeamChange.actor_id)
        .join(Organization, Organization.id == TeamChange.organization_id)
        .where(TeamChange.id == change_id, can_be_written_to())
    ).one_or_none()
    if row is None:
        return
    with speaking(row.language):
        subject, words = _removed(row) if row.kind == TeamChangeKind.REMOVED else _changed(row)
    letter = {
        "dedupe_key": f"team_change:{change_id}",
        "kind": "team_change",
        "user_id": row.id,
        "recipient": row.email,
        "subject": subject,
        "body": words,
        "details": {},
        "created_at": now,
        "next_try_at": now,
    }
    session.execute(insert(Message), [letter])


def _changed(row: AnyRow) -> tuple[str, str]:
    words = gettext(
        """Hi {name},

{actor} changed your role on the team of {organization}. You’re now: {roles}.
""",
        name=first_name(row.name),
        actor=row.actor,
        organization=row.organization,
        roles=roles_in_words(row.after),
    )
    return gettext("Your role at {organization} was changed", organization=row.organization), words


def _removed(row: AnyRow) -> tuple[str, str]:
    words = gettext(
        """Hi {name},

{actor} removed you from the team of {organization}. You keep your own account and your places in its events.
""",
        name=first_name(row.name),
        actor=row.actor,
        organization=row.organization,
    )
    return gettext("You’re no longer on the team of {organization}", organization=row.organization), words
