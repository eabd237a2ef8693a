"""Staff puts somebody without an account into another person's care: asked by mail, done only with a yes.

Why it is so: docs/decisions/128-people-in-care.md.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.people.care import ASK_LIFETIME, AskStatus, require_answerable, require_attachable, require_room
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import gettext
from webapp.models import CareRequest, Message, Organization, User
from webapp.queries.people.person_here import is_known
from webapp.queries.people.records.merge import rows_to_merge
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.account import require_email
from webapp.services.accounts.people_by_address import ids_by_address, mark_as_given
from webapp.services.letters import Letters
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

_ASKED, _USER = CareRequest.__table__, User.__table__
MAIL_KIND = "care_request"


def ask_to_look_after(*, organization_id: int, user_id: int, address: str, actor: Actor, now: datetime) -> int:
    """Ask the owner of that account, who is known to the organization, by mail; the id of the request.

    Raises Refused: `email_invalid`, `text_...`; `care_unknown`, `care_asked`, and what `require_attachable` raises.
    """
    email = require_email(address)
    with write_transaction() as session:
        carer_id = _known_account(session, email, organization_id)
        _require_attachable(session, user_id, carer_id, organization_id)
        _end_outlived(session, user_id, now)
        if session.scalar(select(_ASKED.c.id).where(_ASKED.c.user_id == user_id, _is_open())) is not None:
            raise Refused("care_asked")
        asking = insert(_ASKED).values(
            organization_id=organization_id,
            user_id=user_id,
            carer_id=carer_id,
            asked_by_id=actor.user_id,
            status=AskStatus.OPEN,
            created_at=now,
            expires_at=now + ASK_LIFETIME,
        )
        request_id: int = session.scalars(asking.returning(_ASKED.c.id)).one()
        session.execute(insert(Message).values(**_letter(session, request_id, now)))
        nudge_after_commit(session, "send-messages")
    return request_id


def answer_care_request(*, request_id: int, accepts: bool, now: datetime) -> str:
    """Say yes or no; the request's status then. The same answer again is fine.

    A yes puts the person into their care. Raises Refused: `not_found`, `care_request_over`, `cared_for_full`, and
    what `require_attachable` raises.
    """
    wanted = AskStatus.ACCEPTED if accepts else AskStatus.DECLINED
    with write_transaction() as session:
        asked = _held(session, request_id)
        if asked.status == wanted:
            return wanted
        require_answerable(asked.status, expires_at=asked.expires_at, now=now)
        if accepts:
            _attach(session, asked)
        _end(session, request_id, wanted, now)
    return wanted


def withdraw_care_request(*, organization_id: int, user_id: int, now: datetime) -> None:
    """Take the open request about that person back: its link says so. Raises Refused: `care_request_over`."""
    open_one = (_ASKED.c.organization_id == organization_id, _ASKED.c.user_id == user_id, _is_open())
    with write_transaction() as session:
        request_id = session.scalar(select(_ASKED.c.id).where(*open_one))
        if request_id is None or _held(session, request_id).status != AskStatus.OPEN:
            raise Refused("care_request_over")
        _end(session, request_id, AskStatus.WITHDRAWN, now)


def answer_link(request_id: int, expires_at: datetime, now: datetime) -> str:
    """The address of the page on which the owner of the account answers."""
    return Letters(now).link(LinkPurpose.CARE, "participant.care_request", expires_at=expires_at, request=request_id)


def _known_account(session: Session, email: str, organization_id: int) -> int:
    """The account of that address. Of who is not known there nobody learns whether they have one."""
    carer_id = ids_by_address(session, [email]).get(email)
    is_here = select(exists().where(User.id == carer_id, User.disabled_at.is_(None), is_known(organization_id)))
    if carer_id is None or not session.scalar(is_here):
        raise Refused("care_unknown")
    return carer_id


def _require_attachable(session: Session, user_id: int, carer_id: int, organization_id: int) -> None:
    """Asked with both rows held: nobody gives them anything, deletes or merges them until the transaction ends."""
    rows = rows_to_merge(session, (user_id, carer_id), organization_id, holding=True)
    if rows.keys() != {user_id, carer_id}:
        raise Refused("merge_same" if user_id == carer_id else "merge_person_gone")
    email = session.scalar(select(_USER.c.email).where(_USER.c.id == user_id))
    require_attachable(rows[user_id], rows[carer_id], has_address=email is not None)


def _attach(session: Session, asked: AnyRow) -> None:
    _require_attachable(session, asked.user_id, asked.carer_id, asked.organization_id)
    require_room(session.scalar(select(func.count()).where(_USER.c.managed_by_id == asked.carer_id)) or 0)
    session.execute(update(_USER).where(_USER.c.id == asked.user_id).values(managed_by_id=asked.carer_id))
    mark_as_given(session, [asked.carer_id])


def _held(session: Session, request_id: int) -> AnyRow:
    """The request, once both people are held: who deletes an account holds that first, too."""
    people = session.execute(select(_ASKED.c.user_id, _ASKED.c.carer_id).where(_ASKED.c.id == request_id)).one_or_none()
    if people is None:
        raise Refused("not_found")
    session.execute(select(_USER.c.id).where(_USER.c.id.in_(people)).order_by(_USER.c.id).with_for_update()).all()
    own = select(*_ASKED.c).where(_ASKED.c.id == request_id).with_for_update()
    row = session.execute(own).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def _end(session: Session, request_id: int, status: AskStatus, now: datetime) -> None:
    session.execute(update(_ASKED).where(_ASKED.c.id == request_id).values(status=status, ended_at=now))


def _end_outlived(session: Session, user_id: int, now: datetime) -> None:
    outlived = update(_ASKED).where(_ASKED.c.user_id == user_id, _is_open(), _ASKED.c.expires_at <= now)
    session.execute(outlived.values(status=AskStatus.WITHDRAWN, ended_at=now))


def _is_open() -> ColumnElement[bool]:
    return _ASKED.c.status == AskStatus.OPEN


def _letter(session: Session, request_id: int, now: datetime) -> dict[str, object]:
    carer = _USER.alias("carer")
    row = session.execute(
        select(
            _USER.c.name.label("person"), carer.c.id, carer.c.name, carer.c.email, carer.c.language,
            Organization.name.label("organization"), Organization.language.label("usual"), _ASKED.c.expires_at,
        )
        .select_from(_ASKED)
        .join(_USER, _USER.c.id == _ASKED.c.user_id)
        .join(carer, carer.c.id == _ASKED.c.carer_id)
        .join(Organization, Organization.id == _ASKED.c.organization_id)
        .where(_ASKED.c.id == request_id)
    ).one()  # fmt: skip
    with speaking(row.language or row.usual):
        subject = gettext("Do you look after {person}?", person=row.person)
        body = gettext(
            """Hi {name},

{organization} has {person} on its list, without an email address, and believes that you look after {person}.

If you say yes, emails about {person} come to you, and you can enroll them and answer for them. Open this page to say
yes or no:

{link}

The link works for 7 days. Without your yes, nothing changes.
""",
            name=first_name(row.name),
            organization=row.organization,
            person=row.person,
            link=answer_link(request_id, row.expires_at, now),
        )
    return {
        "dedupe_key": f"{MAIL_KIND}:{request_id}", "kind": MAIL_KIND, "user_id": row.id, "recipient": row.email,
        "subject": " ".join(subject.split())[:250], "body": body, "details": {}, "created_at": now, "next_try_at": now,
    }  # fmt: skip
