"""The second step of signing in: a code of an app, or one that was kept for the day on which the app is gone."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from webapp.domain.people.mail_code import clean_code
from webapp.domain.people.written_code import new_written_code
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused

#: How long the first step of a sign-in waits for the second, and how many codes may be tried.
LIFETIME = timedelta(minutes=15)
MOST_TRIES = 5
RECOVERY_CODES = 10
#: Roles of which an organization may demand it; operators of the installation, too.
DEMANDED_OF: Collection[str] = (Role.OWNER, Role.ADMIN)


class MeansChange(StrEnum):
    """What the owner of an account is mailed about."""

    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    PROVIDER_ADDED = "provider_added"
    PROVIDER_REMOVED = "provider_removed"


def new_recovery_codes() -> list[str]:
    """Ten random codes."""
    return [new_written_code() for _ in range(RECOVERY_CODES)]


def clean_step_code(text: str) -> str:
    """Six digits of an app. Raises `code_missing`, `app_code_malformed`."""
    try:
        return clean_code(text)
    except Refused as refused:
        raise Refused(refused.code.replace("code_malformed", "app_code_malformed")) from None
