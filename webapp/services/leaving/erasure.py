"""What is left of a person who asked to go: a row without a name, so that counts stay.

Steps that join a transaction; the use case is `services.leaving.account_deletion`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, cast, delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.asking.prompt import PromptEnd
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.notices.notice import Frequency
from webapp.domain.people.mail_code import MAIL_KIND
from webapp.domain.people.redaction import DELETED_NAME
from webapp.domain.people.team import INVITATION_KIND
from webapp.domain.places.access_list import EntryKind
from webapp.domain.places.guest_hold import HoldOutcome
from webapp.domain.text import sort_name
from webapp.models import (
    AddressChange,
    AnswerFile,
    Appeal,
    AppealNote,
    AppealPicture,
    AttendanceResponse,
    AuthenticatorApp,
    CalendarFeed,
    CareRequest,
    CertificateNameChange,
    Enrollment,
    EnrollmentAnswer,
    EventCertificate,
    EventInvitation,
    EventListEntry,
    EventView,
    FacilityPerson,
    GuestHold,
    IdentityMatch,
    MailCode,
    MeetingSession,
    MemberRole,
    Membership,
    Message,
    NoShowExcuse,
    Notification,
    NotificationPreference,
    OrganizationRequest,
    Passkey,
    PasswordReset,
    PeopleImportLine,
    PersonClaim,
    PersonNote,
    RecordPrivacy,
    RecoveryCode,
    ResetRequest,
    RoomGuest,
    ScheduledAttendancePrompt,
    SignIn,
    StartedSignIn,
    TeamInvitation,
    TermsAcceptance,
    User,
)
from webapp.queries.online.session_owner import class_id_of
from webapp.services.accounts.provider_identity import forget_identities
from webapp.services.row_count import rows_changed

_MESSAGE = Message.__table__
_NAMELESS: dict[str, object] = {
    "name": DELETED_NAME,
    "email": None,
    "phone": None,
    "password_hash": None,
    "handle": None,
    "timezone": None,
    "search_text": "",
    "sort_name": sort_name(DELETED_NAME),
    "is_operator": False,
    "records_on_profile": False,
    "records_to_organizations": False,
    "notification_frequency": Frequency.NONE,
    "address_proved_at": None,
    "given_by_others": False,
    "proof_grace_until": None,
    "mail_refused_at": None,
    "managed_by_id": None,
    "guest_name": None,
}
_BLANK: dict[str, object] = {
    "recipient": "",
    "subject": "",
    "body": "",
    "html": None,
    "calendar": None,
    "unsubscribe_url": None,
    "details": {},
    "last_error": None,
}
#: Rows that are about nobody else and that no count needs.
_OWN = (
    SignIn,
    AddressChange,
    Passkey,
    CalendarFeed,
    AuthenticatorApp,
    RecoveryCode,
    StartedSignIn,
    TermsAcceptance,
    PasswordReset,
    MemberRole,
    Membership,
    NotificationPreference,
    RecordPrivacy,
    EventView,
    FacilityPerson,
    PersonNote,
    PersonClaim,
    CareRequest,
    EventInvitation,
    OrganizationRequest,
)


def erase_person(session: Session, user_id: int, *, now: datetime) -> None:
    """Take away what names the person or lets them in; enrollments, what they said of being there, and ratings stay."""
    _forget_room_guests(session, user_id)
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    for asked in (ResetRequest, MailCode, TeamInvitation):
        to_them = delete(asked).where(asked.address == address)
        session.execute(to_them.execution_options(synchronize_session=False))
    _forget_holds(session, address)
    on_lists = EventListEntry.kind == EntryKind.ADDRESS, EventListEntry.value == address
    session.execute(delete(EventListEntry).where(*on_lists).execution_options(synchronize_session=False))
    _forget_answers(session, user_id)
    _forget_appeals(session, user_id, now)
    _forget_certified_names(session, user_id)
    by_the_system = _MESSAGE.c.kind.in_((MAIL_KIND, INVITATION_KIND))
    _blank_letters(session, by_the_system & (_MESSAGE.c.recipient == address), now)
    session.execute(
        delete(PeopleImportLine).where(PeopleImportLine.address == address).execution_options(synchronize_session=False)
    )
    forget_identities(session, user_id)
    for model in _OWN:
        session.execute(delete(model).where(model.user_id == user_id))
    session.execute(delete(CareRequest).where(CareRequest.carer_id == user_id))
    session.execute(
        update(ScheduledAttendancePrompt)
        .where(
            ScheduledAttendancePrompt.user_id == user_id,
            ScheduledAttendancePrompt.sent_at.is_(None),
            ScheduledAttendancePrompt.ended_at.is_(None),
        )
        .values(ended_at=now, ended_because=PromptEnd.ACCOUNT_GONE)
    )
    session.execute(
        update(AttendanceResponse)
        .where(AttendanceResponse.user_id == user_id, AttendanceResponse.comment.is_not(None))
        .values(comment=None)
    )
    session.execute(
        update(Notification)
        .where(Notification.user_id == user_id)
        .values(title="", text="", read_at=func.coalesce(Notification.read_at, literal(now, Notification.read_at.type)))
    )
    _blank_letters(session, _MESSAGE.c.user_id == user_id, now)
    session.execute(update(User).where(User.id == user_id).values(disabled_at=now, anonymized_at=now, **_NAMELESS))


def _forget_answers(session: Session, user_id: int) -> None:
    """What they told organizers about themselves, and the files."""
    theirs = select(Enrollment.id).where(Enrollment.user_id == user_id)
    for model in (AnswerFile, EnrollmentAnswer):
        gone = delete(model).where(model.enrollment_id.in_(theirs))
        session.execute(gone.execution_options(synchronize_session=False))


def _forget_appeals(session: Session, user_id: int, now: datetime) -> None:
    """What they said and sent against a no-show, and what staff noted of it or of an excuse; how it came out stays."""
    enrollments = select(Enrollment.id).where(Enrollment.user_id == user_id)
    theirs = Appeal.enrollment_id.in_(enrollments)
    for model in (AppealPicture, AppealNote):
        gone = delete(model).where(model.appeal_id.in_(select(Appeal.id).where(theirs)))
        session.execute(gone.execution_options(synchronize_session=False))
    appeal = Appeal.__table__
    mine = update(appeal).where(appeal.c.enrollment_id.in_(enrollments))
    session.execute(mine.values(words="", came_at=None))
    still = mine.where(appeal.c.outcome == AppealOutcome.OPEN)
    session.execute(still.values(outcome=AppealOutcome.WITHDRAWN, ended_at=now))
    excused = NoShowExcuse.__table__
    session.execute(update(excused).where(excused.c.enrollment_id.in_(enrollments)).values(words=""))


def _forget_certified_names(session: Session, user_id: int) -> None:
    """Certificates stay valid and name nobody; how their names were put right goes."""
    theirs = select(Enrollment.id).where(Enrollment.user_id == user_id)
    gone = delete(CertificateNameChange).where(CertificateNameChange.enrollment_id.in_(theirs))
    session.execute(gone.execution_options(synchronize_session=False))
    certificate = EventCertificate.__table__
    session.execute(update(certificate).where(certificate.c.enrollment_id.in_(theirs)).values(name=DELETED_NAME))


def _forget_holds(session: Session, address: ScalarSelect[Any]) -> None:
    """What they enrolled with as a guest; a seat that is held at this moment is freed in its time."""
    theirs = GuestHold.address == address
    over = delete(GuestHold).where(theirs, GuestHold.outcome != HoldOutcome.OPEN)
    session.execute(over.execution_options(synchronize_session=False))
    session.execute(update(GuestHold.__table__).where(theirs).values(address=cast(GuestHold.id, String)))


def erase_late_letters(session: Session, *, now: datetime) -> int:
    """Blank what was written to somebody in the very moment they went; how many mails."""
    has_gone = exists().where(User.id == _MESSAGE.c.user_id, User.anonymized_at.is_not(None))
    return _blank_letters(session, (_MESSAGE.c.recipient != "") & has_gone, now)


def _blank_letters(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    """Mails keep when and of which kind they were; what was not sent yet is given up."""
    unsent = _MESSAGE.c.sent_at.is_(None) & _MESSAGE.c.dead_at.is_(None)
    session.execute(update(_MESSAGE).where(which, unsent).values(dead_at=now))
    return rows_changed(session, update(_MESSAGE).where(which).values(**_BLANK))


def _forget_room_guests(session: Session, user_id: int) -> None:
    """The display name under which the person was in an online session, where staff said that it was them."""
    is_theirs = (
        select(IdentityMatch.id)
        .join(
            MeetingSession,
            or_(MeetingSession.event_id == IdentityMatch.event_id, class_id_of() == IdentityMatch.class_id),
        )
        .where(
            IdentityMatch.user_id == user_id,
            IdentityMatch.identity == RoomGuest.identity,
            MeetingSession.room_name == RoomGuest.room_name,
        )
        .exists()
    )
    session.execute(delete(RoomGuest).where(is_theirs).execution_options(synchronize_session=False))
