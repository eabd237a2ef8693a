"""What is mailed when two rows of one person became one: to both addresses, so that a mistake is noticed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import gettext
from webapp.models import Organization, User
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters

MAIL_KIND = "people_merged"


def merge_letters(
    session: Session,
    merge_id: int,
    *,
    kept_id: int,
    merged_id: int,
    organization_id: int | None,
    is_own: bool,
    now: datetime,
) -> list[dict[str, object]]:
    """One for each of the two addresses, if there are any. `is_own`: the person did it."""
    rows = session.execute(
        select(User.id, User.name, User.email, User.language).where(User.id.in_((kept_id, merged_id)))
    )
    people = {row.id: row for row in rows}
    kept, other = people[kept_id], people[merged_id]
    host = select(Organization.name, Organization.contact_email).where(Organization.id == organization_id)
    by = session.execute(host).one_or_none()
    letters: list[dict[str, object]] = []
    for person in (kept, other):
        if person.email is None:
            continue
        with speaking(kept.language):
            subject = gettext("Your two Turnout records are one now")
            body = _own_words(kept, other, now) if is_own else _words(kept.name, other.name, by)
        letters.append({
            "dedupe_key": f"people_merged:{merge_id}:{person.id}", "kind": MAIL_KIND, "user_id": kept_id,
            "recipient": person.email, "subject": subject, "body": body, "details": {}, "created_at": now,
            "next_try_at": now,
        })  # fmt: skip
    return letters


def _own_words(kept: AnyRow, other: AnyRow, now: datetime) -> str:
    return gettext(
        """Hi {name},

You merged two Turnout accounts of yours: {other} is part of {kept} now. Places, attendance and history of both are
there. Sign in with {kept} from now on.

For 7 days, you can undo this here:

{link}

If that wasn’t you, reply to this email within 7 days.
""",
        name=first_name(kept.name),
        kept=kept.email,
        other=other.email,
        link=Letters(now).url("participant.other_account"),
    )


def _words(name: str, other: str, by: AnyRow | None) -> str:
    if by is None:
        return gettext(
            """Hi {name},

Your two Turnout records, “{kept}” and “{other}”, are one now. Places, attendance and history of both are kept under
“{kept}”. Sign in with the address of that one from now on.

If they are two people, reply to this email within 7 days. Until then it can be undone.
""",
            name=first_name(name),
            kept=name,
            other=other,
        )
    return gettext(
        """Hi {name},

{organization} had two records of you, “{kept}” and “{other}”, and merged them. Places, attendance and history of both
are kept under “{kept}” now.

If they are two people, tell {organization} ({contact}) within 7 days. Until then it can be undone.
""",
        name=first_name(name),
        kept=name,
        other=other,
        organization=by.name,
        contact=by.contact_email,
    )
