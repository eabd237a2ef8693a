"""What is mailed around a change of address: a code to the new one, and what happened to both."""

from datetime import datetime
from typing import Any

from webapp.domain.people.mail_code import MAIL_KIND
from webapp.domain.permission import SYSTEM_USER_ID
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import gettext
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters

Letter = dict[str, Any]


def code_letter(change_id: int, address: str, code: str, now: datetime, *, for_merge: bool = False) -> Letter:
    """The system's own, as every code by mail: what it says is a secret of that mailbox."""
    words = _words_of_merge(code) if for_merge else _words_of_change(code)
    subject = gettext("Your Turnout code: {code}", code=code)
    key = f"address_code:{change_id}"
    return _letter(key, now, kind=MAIL_KIND, user_id=SYSTEM_USER_ID, recipient=address, subject=subject, body=words)


def _words_of_change(code: str) -> str:
    return gettext(
        """Hi,

To use this address for your Turnout account, enter this code where you asked for it:

{code}

It works once, for 15 minutes.

If you didn’t ask for it, ignore this email. Don’t give the code to anyone.
""",
        code=code,
    )


def _words_of_merge(code: str) -> str:
    """What the code does is said: whoever reads it to a stranger gives an account away."""
    return gettext(
        """Hi,

Someone who is signed in to Turnout says that this address is theirs, too. To move everything from the account of this
address to the other one, enter this code where you asked for it:

{code}

It works once, for 15 minutes. You’ll see what happens before anything changes.

If you didn’t ask for it, ignore this email. Don’t give the code to anyone.
""",
        code=code,
    )


def changed_letters(change_id: int, person: AnyRow, address: str, undo: str, now: datetime) -> list[Letter]:
    """One to the new mailbox; one to the old one, if there was any, with a link that undoes the change."""
    link = Letters(now).url("account.undo_address", token=undo)
    with speaking(person.language):
        subject, name = gettext("Your email address was changed"), first_name(person.name)
        told = gettext(
            """Hi {name},

From now on, we send everything about your Turnout account to this address, and you sign in with it.
""",
            name=name,
        )
        asked = gettext(
            """Hi {name},

The email address of your Turnout account was changed to {address}. We won’t write to this one anymore.

If that wasn’t you, open this link within 7 days. You’ll get your account back, and everyone is signed out:

{link}
""",
            name=name,
            address=address,
            link=link,
        )
    both = {"kind": "address_changed", "user_id": person.id, "subject": subject}
    letters = [_letter(f"address_new:{change_id}", now, recipient=address, body=told, **both)]
    if person.email is not None:
        letters.append(_letter(f"address_old:{change_id}", now, recipient=person.email, body=asked, **both))
    return letters


def _letter(key: str, now: datetime, **said: object) -> Letter:
    return {"dedupe_key": key, "details": {}, "created_at": now, "next_try_at": now, **said}
