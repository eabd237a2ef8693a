"""How the constraints of providers' accounts are broken; `test_constraints` does it."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.support.worlds.world import NOON
from webapp.models import GroupRole, Identity


def seed(session: Session, ids: dict[str, int]) -> None:
    """Somebody signed in with a provider."""
    row = insert(Identity).values(identity_row(ids, subject="seeded")).returning(Identity.id)
    ids["identity"] = session.scalars(row).one()


def identity_row(ids, **changes) -> dict:
    usual = {
        "user_id": ids["user"], "provider": "https://id.example", "subject": "1", "created_at": NOON,
        "last_used_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def role_row(ids, **changes) -> dict:
    return {"identity_id": ids["identity"], "organization_id": ids["organization"], "role": "desk", **changes}


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {"ck_group_roles_role": (GroupRole, lambda ids: role_row(ids, role="owner"))}

#: As `test_constraints.TWICE`.
TWICE = {
    "uq_identities_provider_subject": (Identity, identity_row, lambda ids: identity_row(ids, user_id=ids["other"])),
}
