"""How the constraints of teams and operators are broken; `test_constraints` does it."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.support.worlds.world import NOON
from webapp.models import (
    CareRequest,
    MemberRole,
    Membership,
    OperatorChange,
    OrganizationRequest,
    PersonClaim,
    PersonMerge,
    PersonMergeUndo,
    SetupCode,
    TeamChange,
    TeamInvitation,
)


def seed(session: Session, ids: dict[str, int]) -> None:
    """Somebody is on the team, without a role yet."""
    session.execute(
        insert(Membership).values(organization_id=ids["organization"], user_id=ids["other"], created_at=NOON)
    )


def role_row(ids, **changes) -> dict:
    usual = {"organization_id": ids["organization"], "user_id": ids["other"], "role": "desk", "created_at": NOON}
    return {**usual, **changes}


def role_at_facility(ids) -> dict:
    return role_row(ids, facility_id=ids["facility"])


def invitation_row(ids, **changes) -> dict:
    usual = {
        "organization_id": ids["organization"], "address": "ana@post.example", "token_hash": "a" * 64, "grants": "desk",
        "note": "", "invited_by_id": ids["user"], "created_at": NOON, "expires_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def change_row(ids, **changes) -> dict:
    usual = {
        "organization_id": ids["organization"], "user_id": ids["other"], "actor_id": ids["user"], "kind": "left",
        "before": [], "after": [], "at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def act_row(ids, **changes) -> dict:
    return {"kind": "set_up", "actor_id": ids["user"], "at": NOON, **changes}


def request_row(ids) -> dict:
    return {
        "user_id": ids["user"], "name": "A", "facility": "B", "timezone": "UTC", "note": "", "created_at": NOON
    }  # fmt: skip


def code_row(_ids) -> dict:
    return {"code_hash": "a" * 64, "created_at": NOON}


def merge_row(ids, **changes) -> dict:
    who = {"kept_id": ids["user"], "merged_id": ids["other"], "actor_id": ids["user"]}
    return {**who, "way": "self", "reason": "", "moved": {}, "at": NOON, **changes}


def claim_row(ids) -> dict:
    who = {"user_id": ids["other"], "created_by_id": ids["user"]}
    return {**who, "token_hash": "c" * 64, "created_at": NOON, "expires_at": NOON}


def care_row(ids, **changes) -> dict:
    who = {"user_id": ids["other"], "carer_id": ids["user"], "asked_by_id": ids["user"]}
    asked = {"organization_id": ids["organization"], "created_at": NOON, "expires_at": NOON}
    return {**who, **asked, "status": "open", **changes}


def leave_trails(session: Session, ids: dict[str, int]) -> None:
    """Two records were one person, and are two again."""
    merge_id = session.scalars(insert(PersonMerge).values(merge_row(ids)).returning(PersonMerge.id)).one()
    session.execute(insert(PersonMergeUndo).values(merge_id=merge_id, actor_id=ids["user"], at=NOON))


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_person_merges_way": (PersonMerge, lambda ids: merge_row(ids, way="chance")),
    "ck_person_merges_two_rows": (PersonMerge, lambda ids: merge_row(ids, merged_id=ids["user"])),
    "ck_care_requests_status": (CareRequest, lambda ids: care_row(ids, status="perhaps")),
    "ck_member_roles_role": (MemberRole, lambda ids: role_row(ids, role="king")),
    "ck_operator_changes_kind": (OperatorChange, lambda ids: act_row(ids, kind="crowned")),
    "ck_team_changes_kind": (TeamChange, lambda ids: change_row(ids, kind="promoted")),
}

#: As `test_constraints.TWICE`.
TWICE = {
    "uq_team_invitations_open": (
        TeamInvitation,
        invitation_row,
        lambda ids: invitation_row(ids, token_hash="b" * 64),
    ),
    "uq_organization_requests_open": (OrganizationRequest, request_row, request_row),
    "uq_setup_codes_code_hash": (SetupCode, code_row, code_row),
    "uq_care_requests_open": (CareRequest, care_row, care_row),
    "uq_person_claims_token_hash": (PersonClaim, claim_row, claim_row),
    "uq_team_invitations_token_hash": (
        TeamInvitation,
        invitation_row,
        lambda ids: invitation_row(ids, address="bo@post.example"),
    ),
    "uq_member_roles_all": (MemberRole, role_row, role_row),
    "uq_member_roles_one": (MemberRole, role_at_facility, role_at_facility),
}
