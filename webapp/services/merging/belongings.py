"""What goes along in a merge beside events and classes: notes, facilities, wishes about mail, rows merged before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from webapp.models import (
    ClassEnrollment,
    FacilityMove,
    FacilityPerson,
    MailingRecipient,
    NotificationPreference,
    Party,
    PersonNote,
    ProgramClass,
    User,
)
from webapp.queries.id_set import is_among
from webapp.services.insertion import insert_unless_there

_NOTE, _MOVE, _PERSON = PersonNote.__table__, FacilityMove.__table__, FacilityPerson.__table__
_WISH, _USER = NotificationPreference.__table__, User.__table__
_PARTY, _RECIPIENT = Party.__table__, MailingRecipient.__table__
#: Of these every row goes, by its id.
_ALL = {"notes": _NOTE, "facility_moves": _MOVE}


def hand_over_belongings(session: Session, *, kept_id: int, merged_id: int) -> dict[str, Any]:
    """Move what the kept row lacks; what was moved, as a merge keeps it."""
    moved: dict[str, Any] = {}
    for name, table in _ALL.items():
        changed = update(table).where(table.c.user_id == merged_id).values(user_id=kept_id)
        moved[name] = sorted(session.scalars(changed.returning(table.c.id)))
    moved["facilities"] = _hand_over_facilities(session, kept_id, merged_id)
    own = select(_WISH.c.organization_id).where(_WISH.c.user_id == kept_id)
    wished = update(_WISH).where(_WISH.c.user_id == merged_id, _WISH.c.organization_id.not_in(own))
    moved["wishes"] = sorted(session.scalars(wished.values(user_id=kept_id).returning(_WISH.c.organization_id)))
    had = select(_RECIPIENT.c.mailing_id).where(_RECIPIENT.c.user_id == kept_id)
    got = update(_RECIPIENT).where(_RECIPIENT.c.user_id == merged_id, _RECIPIENT.c.mailing_id.not_in(had))
    moved["mailings"] = sorted(session.scalars(got.values(user_id=kept_id).returning(_RECIPIENT.c.mailing_id)))
    pointing = update(_USER).where(_USER.c.merged_into_id == merged_id).values(merged_into_id=kept_id)
    moved["followers"] = sorted(session.scalars(pointing.returning(_USER.c.id)))
    cared = update(_USER).where(_USER.c.managed_by_id == merged_id).values(managed_by_id=kept_id)
    moved["cared_for"] = sorted(session.scalars(cared.returning(_USER.c.id)))
    led = update(_PARTY).where(_PARTY.c.leader_id == merged_id).values(leader_id=kept_id)
    moved["parties"] = sorted(session.scalars(led.returning(_PARTY.c.id)))
    return moved


def give_back_belongings(session: Session, moved: Mapping[str, Any], *, kept_id: int, merged_id: int) -> None:
    """Undo `hand_over_belongings`; what was deleted meanwhile stays deleted."""
    for name, table in _ALL.items():
        still = (is_among(session, table.c.id, moved[name]), table.c.user_id == kept_id)
        session.execute(update(table).where(*still).values(user_id=merged_id))
    _give_back_facilities(session, moved["facilities"], kept_id, merged_id)
    wishes = (is_among(session, _WISH.c.organization_id, moved["wishes"]), _WISH.c.user_id == kept_id)
    session.execute(update(_WISH).where(*wishes).values(user_id=merged_id))
    got = (is_among(session, _RECIPIENT.c.mailing_id, moved.get("mailings", [])), _RECIPIENT.c.user_id == kept_id)
    session.execute(update(_RECIPIENT).where(*got).values(user_id=merged_id))
    followers = (is_among(session, _USER.c.id, moved["followers"]), _USER.c.merged_into_id == kept_id)
    session.execute(update(_USER).where(*followers).values(merged_into_id=merged_id))
    cared = (is_among(session, _USER.c.id, moved.get("cared_for", [])), _USER.c.managed_by_id == kept_id)
    session.execute(update(_USER).where(*cared).values(managed_by_id=merged_id))
    led = (is_among(session, _PARTY.c.id, moved.get("parties", [])), _PARTY.c.leader_id == kept_id)
    session.execute(update(_PARTY).where(*led).values(leader_id=merged_id))


def _hand_over_facilities(session: Session, kept_id: int, merged_id: int) -> list[dict[str, Any]]:
    """The kept row belongs wherever one of them did; as the other one was there is remembered."""
    rows = session.execute(delete(_PERSON).where(_PERSON.c.user_id == merged_id).returning(*_PERSON.c)).all()
    was = [
        {"id": row.facility_id, "added_at": row.added_at.isoformat(), "deactivated_at": _said(row.deactivated_at)}
        for row in rows
    ]
    for row in rows:
        adding = insert_unless_there(session, _PERSON).values({**row._mapping, "user_id": kept_id})
        one = session.execute(adding.returning(_PERSON.c.facility_id)).one_or_none()
        next(old for old in was if old["id"] == row.facility_id)["is_new"] = one is not None
    return sorted(was, key=lambda old: int(old["id"]))


def _give_back_facilities(session: Session, facilities: list[dict[str, Any]], kept_id: int, merged_id: int) -> None:
    """Where the kept row has a place in a class by now that stays theirs, they go on belonging there, too."""
    for old in facilities:
        row = {"facility_id": old["id"], "user_id": merged_id, "added_at": datetime.fromisoformat(old["added_at"])}
        left = old["deactivated_at"]
        row["deactivated_at"] = datetime.fromisoformat(left) if left else None
        session.execute(insert(_PERSON).values(row))
        if old["is_new"]:
            needed = exists().where(
                ClassEnrollment.user_id == kept_id,
                ClassEnrollment.is_live,
                ProgramClass.id == ClassEnrollment.class_id,
                ProgramClass.facility_id == old["id"],
            )
            theirs = (_PERSON.c.user_id == kept_id, _PERSON.c.facility_id == old["id"])
            session.execute(delete(_PERSON).where(*theirs, ~needed))


def _said(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
