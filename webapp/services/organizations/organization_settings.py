"""What an organization's admins decide for it: its name, how its people are asked, its picture."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from webapp.adapters.pictures import clean_logo
from webapp.domain.accent import DARK, LIGHT, require_colour, require_readable
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, clean_prose
from webapp.models import Organization, OrganizationLogo, TrustedProvider
from webapp.services.accounts.account import require_email
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

NAME_LIMIT, DESCRIPTION_LIMIT = 120, 8000
_LOGO, _TRUSTED = OrganizationLogo.__table__, TrustedProvider.__table__


@dataclass(frozen=True, slots=True)
class AskingRules:
    """`twice`: a second prompt by itself. `only_unknown`: none where desk or room settled it."""

    twice: bool
    only_unknown: bool


def require_organization_name(text: str) -> str:
    """The name as it is stored, or `text_missing`, `text_too_long`, `text_broken`."""
    return clean_line(text, limit=NAME_LIMIT, field="organization_name")


def change_organization(
    *,
    organization_id: int,
    name: str,
    contact_email: str,
    asking: AskingRules,
    language: str,
    description: str = "",
    demands_second_step: bool = False,
    organizers_decide_appeals: bool = False,
    trusted_providers: Collection[str] = (),
) -> None:
    """Keep what the form says; the slug stays, because addresses hold it. Twice is the same as once.

    `trusted_providers`: issuers whose sign-in counts as two steps; those that are not named do no longer.

    Raises Refused: `not_found`, `email_invalid`, `text_...`.
    """
    values = {
        "name": require_organization_name(name),
        "contact_email": require_email(contact_email),
        "language": language,
        "description": clean_prose(description, limit=DESCRIPTION_LIMIT, field="description"),
        "asks_twice": asking.twice,
        "asks_only_unknown": asking.only_unknown,
        "demands_second_step": demands_second_step,
        "organizers_decide_appeals": organizers_decide_appeals,
    }
    with write_transaction() as session:
        changed = rows_changed(session, update(Organization).where(Organization.id == organization_id).values(values))
        if not changed:
            raise Refused("not_found")
        _trust(session, organization_id, trusted_providers)


def choose_embed_origins(*, organization_id: int, origins: Sequence[str]) -> None:
    """These sites may show its embedded pages, and no others. Raises Refused: `not_found`."""
    with write_transaction() as session:
        written = update(Organization).where(Organization.id == organization_id)
        if not rows_changed(session, written.values(embed_origins=" ".join(origins))):
            raise Refused("not_found")


def choose_accent(*, organization_id: int, light: str, dark: str) -> None:
    """Its pages have these colours from now on. Raises Refused: `not_found`, `colour_invalid`, `colour_unreadable`."""
    accent = f"{require_readable(require_colour(light), LIGHT)} {require_readable(require_colour(dark), DARK)}"
    _set_accent(organization_id, accent)


def remove_accent(*, organization_id: int) -> None:
    """Its pages have Turnout's colours again. Raises Refused: `not_found`."""
    _set_accent(organization_id, "")


def _trust(session: Session, organization_id: int, providers: Collection[str]) -> None:
    """Under the lock of the organization's row."""
    session.execute(delete(_TRUSTED).where(_TRUSTED.c.organization_id == organization_id))
    rows = [{"organization_id": organization_id, "provider": one} for one in sorted(set(providers))]
    if rows:
        session.execute(insert(_TRUSTED), rows)


def _set_accent(organization_id: int, accent: str) -> None:
    with write_transaction() as session:
        written = update(Organization).where(Organization.id == organization_id)
        if not rows_changed(session, written.values(accent=accent)):
            raise Refused("not_found")


def replace_logo(*, organization_id: int, data: bytes, now: datetime) -> str:
    """Keep this picture, without anything in the file that is not the picture; its digest.

    Raises Refused: what `clean_logo` refuses.
    """
    png = clean_logo(data)
    with write_transaction() as session:
        return keep_logo(session, organization_id, png, now=now)


def keep_logo(session: Session, organization_id: int, png: bytes, *, now: datetime) -> str:
    """Put a clean picture in the place of the one before; the same one again changes nothing."""
    digest = hashlib.sha256(png).hexdigest()
    values = {"png": png, "digest": digest, "changed_at": now}
    first = insert_unless_there(session, _LOGO, index_elements=["organization_id"])
    made = session.scalar(first.values(organization_id=organization_id, **values).returning(_LOGO.c.organization_id))
    if made is None:
        other = (_LOGO.c.organization_id == organization_id, _LOGO.c.digest != digest)
        session.execute(update(_LOGO).where(*other).values(values))
    return digest


def remove_logo(*, organization_id: int) -> bool:
    """Show the initials again; False where there was no picture."""
    with write_transaction() as session:
        return bool(rows_changed(session, delete(_LOGO).where(_LOGO.c.organization_id == organization_id)))
