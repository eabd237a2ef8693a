"""What is mailed when a way of signing in is added or removed, so that nobody else does it unseen."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.adapters.tokens import new_token
from webapp.domain.people.second_step import MeansChange
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import N_, gettext
from webapp.models import Message, User
from webapp.services.letters import Letters
from webapp.services.unit_of_work import nudge_after_commit

_SUBJECTS = {
    MeansChange.PASSKEY_ADDED: N_("A passkey was added to your account"),
    MeansChange.PASSKEY_REMOVED: N_("A passkey was removed from your account"),
    MeansChange.APP_ADDED: N_("An authenticator app was added to your account"),
    MeansChange.PROVIDER_ADDED: N_("Another way of signing in was added to your account"),
    MeansChange.PROVIDER_REMOVED: N_("A way of signing in was removed from your account"),
    MeansChange.APP_REMOVED: N_("The authenticator app was removed from your account"),
}


def tell_of_change(session: Session, user_id: int, change: MeansChange, *, now: datetime) -> None:
    """Mail the person, in their language, what was changed; who has no address is told nothing."""
    person = session.execute(
        select(User.id, User.name, User.email, User.language).where(User.id == user_id, User.email.is_not(None))
    ).one_or_none()
    if person is None:
        return
    with speaking(person.language):
        subject = gettext(_SUBJECTS[change])
        body = gettext(
            """Hi {name},

{what}.

If that was you, there’s nothing to do. If it wasn’t, sign in with a code by email, undo it and sign out everywhere:

{link}
""",
            name=first_name(person.name),
            what=subject,
            link=Letters(now).url("participant.security"),
        )
    session.execute(
        insert(Message).values(
            # Each change happens once, and is told once.
            dedupe_key=f"means:{new_token()}",
            kind="sign_in_changed",
            user_id=person.id,
            recipient=person.email,
            subject=subject,
            body=body,
            details={},
            created_at=now,
            next_try_at=now,
        )
    )
    nudge_after_commit(session, "send-messages")
