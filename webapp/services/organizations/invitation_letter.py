"""The mail that asks somebody to join a team."""

from collections.abc import Sequence
from datetime import datetime

from webapp.languages.language import speaking
from webapp.languages.role_names import roles_in_words
from webapp.languages.words import gettext
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters


def invitation_letter(
    organization: AnyRow,
    invited_by: str,
    roles: Sequence[dict[str, str | None]],
    note: str,
    *,
    token: str,
    now: datetime,
) -> tuple[str, str]:
    """Subject and text in the organization's language: whose account it will be is not known yet."""
    link = Letters(now).url("participant.team_invitation", token=token)
    with speaking(organization.language):
        subject = gettext("Join the team of {organization}?", organization=organization.name)
        body = gettext(
            """Hi,

{name} invites you to the team of {organization} as {roles}.

Answer here. The link works once, for 7 days:

{link}

If you don’t know them, ignore this email.
""",
            name=invited_by,
            organization=organization.name,
            roles=roles_in_words(roles),
            link=link,
        )
        if note:
            body += "\n" + gettext("They wrote:") + f"\n\n{note}\n"
    return subject, body
