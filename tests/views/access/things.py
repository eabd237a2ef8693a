"""One of each thing an address can name, all of Northside Makers; a person's things are Ana's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.views.access.cast import Thing, Where
from webapp.domain.places.certificate_code import new_certificate_code
from webapp.extensions import Model
from webapp.models import (
    AnswerFile,
    Appeal,
    AppealPicture,
    CheckIn,
    ClassCompletion,
    ClassEnrollment,
    ClassSession,
    ClassSessionChange,
    ClosedDays,
    Enrollment,
    EnrollmentAnswer,
    Event,
    EventCertificate,
    EventInvitation,
    EventListEntry,
    EventPolicy,
    EventQuestion,
    EventSeries,
    EventSeriesChange,
    HelperLink,
    Identity,
    JobRun,
    LegalText,
    Mailing,
    MeetingSession,
    Message,
    Notification,
    Organization,
    OrganizationRequest,
    Party,
    Passkey,
    PeopleImport,
    PersonMerge,
    PersonNote,
    ProgramClass,
    Room,
    SignIn,
    TeamInvitation,
    User,
)

Named = dict[str, Thing]
#: Parts that are words.
WORDS = {
    "/admin/enrollments what": "cancel",
    "/admin/events kind": "csv",
    "/admin/facilities what": "deactivate",
    "/admin/organization/<id:organization_id>/team what": "resend",
    "/admin/organization/<id:organization_id>/people what": "edit",
    "/admin/people-imports what": "stop",
    "/admin/classes what": "archive",
    "/admin/questions what": "up",
    "/operator/organizations what": "suspend",
    "/operator/people what": "make",
    "/operator/requests what": "accept",
    "answer": "accept",
    "figure": "show-rate",
    "name": "close-events",
    "token": "unknown",
    "to_status": "paused",
}


@dataclass(frozen=True)
class Owners:
    """Ids of people: Ana, whose own pages are asked for; Masako, whom staff look at; and who did it all."""

    ana: int
    masako: int
    staff: int


def things(session: Session, whose: Owners, now: datetime) -> Named:
    """What stands for each part of an address; "/me session_id" is what it means below /me."""
    words = {key: Thing(word, Where.ANYBODYS) for key, word in WORDS.items()}
    parts = (_of_the_organization, _of_an_event, _of_questions, _of_a_class, _of_ana, _of_the_rest)
    found = [part(session, whose, now) for part in parts]
    return {key: thing for named in [*found, words] for key, thing in named.items()}


def _add(session: Session, row: Model) -> int:
    session.add(row)
    session.flush()
    return row.id


def _northside(session: Session) -> Organization:
    return session.scalars(select(Organization).where(Organization.name == "Northside Makers")).one()


def _camp(session: Session) -> Event:
    return session.scalars(select(Event).where(Event.title == "Harbour Code Camp")).one()


def _weaving(session: Session) -> ProgramClass:
    return session.scalars(select(ProgramClass).where(ProgramClass.title.like("Weaving%"))).one()


def _of_the_organization(session: Session, whose: Owners, now: datetime) -> Named:
    id_, facility_id = _northside(session).id, _weaving(session).facility_id
    invitation = TeamInvitation(
        organization_id=id_,
        address="new@post.example",
        token_hash="0" * 64,
        grants="desk",
        note="",
        invited_by_id=whose.staff,
        created_at=now,
        expires_at=now + timedelta(days=7),
    )
    closed = ClosedDays(facility_id=facility_id, first_on=now.date(), last_on=now.date(), reason="Stocktaking")
    note = PersonNote(
        organization_id=id_, user_id=whose.masako, author_id=whose.staff, text="Left-handed", created_at=now
    )
    return {
        "organization_id": Thing(id_),
        "facility_id": Thing(facility_id, Where.HERE),
        "/admin/organization/<id:organization_id>/team user_id": Thing(whose.staff, Where.ANYBODYS),
        "user_id": Thing(whose.masako, Where.TAUGHT),
        "room_id": Thing(_add(session, Room(facility_id=facility_id, name="Loom room")), Where.HERE),
        "closed_id": Thing(_add(session, closed), Where.HERE),
        "note_id": Thing(_add(session, note)),
        "merge_id": Thing(_merge(session, whose.masako, whose.staff, now, organization_id=id_)),
        "/me merge_id": Thing(_merge(session, whose.ana, whose.ana, now)),
        "other": Thing(whose.ana),
        "/admin/organization invitation_id": Thing(_add(session, invitation)),
    }


def _merge(session: Session, kept_id: int, actor_id: int, now: datetime, *, organization_id: int | None = None) -> int:
    """A record that became part of that person's, by staff of the organization or by themselves."""
    gone = User(name="M. Y.", created_at=now, disabled_at=now, merged_into_id=kept_id)
    nothing: dict[str, list[int]] = {"events": [], "classes": []}
    moved = {"simple": nothing, "won": nothing}
    moved |= {name: [] for name in ("notes", "facility_moves", "facilities", "wishes", "followers")}
    row = PersonMerge(
        kept_id=kept_id,
        merged_id=_add(session, gone),
        actor_id=actor_id,
        organization_id=organization_id,
        way="staff" if organization_id else "self",
        reason="One phone",
        moved=moved,
        at=now,
    )
    return _add(session, row)


def _of_an_event(session: Session, whose: Owners, now: datetime) -> Named:
    camp, by = _camp(session), whose.staff
    arrival = session.scalars(select(CheckIn).where(CheckIn.event_id == camp.id).order_by(CheckIn.id)).first()
    meeting = session.scalars(select(MeetingSession).order_by(MeetingSession.id)).first()
    helper = HelperLink(
        event_id=camp.id,
        name="Hana",
        desk="Door",
        token_hash="2" * 64,
        created_by_id=by,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    session.add(
        EventCertificate(
            enrollment_id=arrival.enrollment_id, code=new_certificate_code(), name="Yusuf Kaya", issued_at=now
        )
    )
    asked = EventInvitation(event_id=camp.id, user_id=by, invited_by_id=by, created_at=now)
    on_list = EventListEntry(event_id=camp.id, kind="domain", value="studio.example", added_at=now)
    upload = PeopleImport(
        event_id=camp.id,
        created_by_id=by,
        acts_as="organizer",
        file_name="people.csv",
        data=b"name",
        created_at=now,
    )
    came_with = Party(event_id=camp.id, most=4, may_split=False, created_at=now)
    session.get_one(Enrollment, arrival.enrollment_id).party_id = _add(session, came_with)
    return {
        "event_id": Thing(camp.id, Where.HERE),
        "enrollment_id": Thing(arrival.enrollment_id, Where.HERE),
        "/admin/sessions session_id": Thing(meeting.id, Where.HERE),
        "/events session_id": Thing(meeting.id),
        "/events slug": Thing(session.get_one(Event, meeting.event_id).slug),
        "check_in_id": Thing(arrival.id, Where.HERE),
        "mailing_id": Thing(_message_about(session, camp.id, by, now), Where.HERE),
        "import_id": Thing(_add(session, upload), Where.HERE),
        **_series(session, camp, by, now),
        "/admin/event-invitations invitation_id": Thing(_add(session, asked), Where.HERE),
        "entry_id": Thing(_add(session, on_list), Where.HERE),
        "link": Thing(_add(session, helper)),
        "appeal_id": Thing(_appeal(session, session.get_one(Enrollment, arrival.enrollment_id), now), Where.HERE),
    }


def _series(session: Session, camp: Event, author_id: int, now: datetime) -> Named:
    """Of which the camp is the one date, that was changed."""
    series = EventSeries(
        organization_id=camp.organization_id,
        facility_id=camp.facility_id,
        slug="camps",
        title=camp.title,
        rrule="FREQ=WEEKLY;COUNT=6",
        created_at=now,
    )
    camp.series_id = _add(session, series)
    change = EventSeriesChange(
        series_id=series.id,
        event_id=camp.id,
        version=9,
        batch="s" * 36,
        before={},
        after={},
        reason="-",
        actor_id=author_id,
        at=now,
    )
    session.add(change)
    return {
        "series_id": Thing(series.id, Where.HERE),
        "/series slug": Thing(series.slug, Where.ANYBODYS),
        "/admin/series batch": Thing(change.batch, Where.HERE),
    }


def _appeal(session: Session, own: Enrollment, now: datetime) -> int:
    """What somebody says against a no-show, with a picture."""
    appeal = Appeal(
        event_id=own.event_id,
        enrollment_id=own.id,
        filed_at=now,
        filed_by_id=own.user_id,
        decided_until=now + timedelta(days=28),
    )
    appeal_id = _add(session, appeal)
    session.add(AppealPicture(appeal_id=appeal_id, mimetype="image/png", body=b"PNG"))
    return appeal_id


def _of_questions(session: Session, whose: Owners, now: datetime) -> Named:
    """A file that is asked for, and that Ana and somebody who arrived answered with."""
    camp = _camp(session)
    arrival = session.scalars(select(CheckIn).where(CheckIn.event_id == camp.id).order_by(CheckIn.id)).first()
    own = session.scalars(
        select(Enrollment).where(Enrollment.user_id == whose.ana, Enrollment.event_id == camp.id)
    ).one()
    session.get_one(EventPolicy, camp.id).has_questions = True
    asked = EventQuestion(
        event_id=camp.id, position=1, kind="file", wording="Form", asked="door", seen_by="teachers", created_at=now
    )
    question_id = _add(session, asked)
    if own.id != arrival.enrollment_id:
        _appeal(session, own, now)
    for enrollment_id in {arrival.enrollment_id, own.id}:
        answer = {"enrollment_id": enrollment_id, "question_id": question_id}
        session.add(EnrollmentAnswer(**answer, number=0, value="form.pdf", answered_at=now))
        session.add(AnswerFile(**answer, mimetype="application/pdf", body=b"%PDF-"))
    at_all_teachers = {
        "/admin/enrollments/<id:enrollment_id>/answers enrollment_id": arrival.enrollment_id,
        "/admin/enrollments/<id:enrollment_id>/answers question_id": question_id,
        "/admin/events/<id:event_id>/answers event_id": camp.id,
    }
    return {
        **{key: Thing(value, Where.ALL_TEACHERS) for key, value in at_all_teachers.items()},
        "question_id": Thing(question_id, Where.HERE),
    }


def _of_a_class(session: Session, whose: Owners, now: datetime) -> Named:
    weaving = _weaving(session)
    lesson = session.scalars(select(ClassSession).where(ClassSession.class_id == weaving.id)).first()
    place = session.scalars(select(ClassEnrollment).where(ClassEnrollment.class_id == weaving.id)).first()
    before = session.scalars(select(ClassSessionChange.before)).first()
    change = ClassSessionChange(
        session_id=lesson.id,
        class_id=weaving.id,
        version=9,
        batch="b" * 36,
        before=before,
        after=before,
        reason="-",
        actor_id=whose.staff,
        at=now,
    )
    session.add(change)
    program = Thing(weaving.program_id)
    return {
        "/admin/programs/<id:program_id>/active program_id": program,
        "/admin/programs/<id:program_id>/archive program_id": program,
        "/admin/programs/<id:program_id>/edit program_id": program,
        "program_id": Thing(weaving.program_id, Where.SHARED),
        "class_id": Thing(weaving.id, Where.TAUGHT),
        "/admin/class-enrollments enrollment_id": Thing(place.id, Where.TAUGHT),
        "/admin/classes session_id": Thing(lesson.id, Where.TAUGHT),
        "batch": Thing(change.batch, Where.TAUGHT),
    }


def _of_ana(session: Session, whose: Owners, now: datetime) -> Named:
    ana, camp, weaving = whose.ana, _camp(session), _weaving(session)
    own = session.scalars(select(Enrollment).where(Enrollment.user_id == ana, Enrollment.event_id == camp.id)).one()
    asked = session.scalars(select(Notification).where(Notification.user_id == ana).order_by(Notification.id)).first()
    online = session.scalars(select(MeetingSession).where(MeetingSession.class_session_id.is_not(None))).one()
    place = ClassEnrollment(class_id=weaving.id, user_id=ana, status="enrolled", created_at=now, changed_at=now)
    completion = ClassCompletion(
        enrollment_id=_add(session, place),
        class_id=weaving.id,
        user_id=ana,
        code=new_certificate_code(),
        issued_at=now,
        issued_by_id=whose.staff,
    )
    reminder = Notification(
        dedupe_key="access",
        user_id=ana,
        type="reminder",
        event_id=camp.id,
        enrollment_id=own.id,
        title="Reminder",
        created_at=now,
    )
    passkey = Passkey(user_id=ana, credential_key="access", public_key=b"0", sign_count=0, name="Phone", created_at=now)
    identity = Identity(user_id=ana, provider="https://id.example", subject="1", created_at=now, last_used_at=now)
    sign_in = SignIn(user_id=ana, token_hash="1" * 64, created_at=now, seen_at=now)
    answered = Thing(session.get_one(Event, asked.event_id).slug)
    return {
        "/me/classes enrollment_id": Thing(place.id),
        "/me/classes session_id": Thing(online.id),
        "/me/enrollments enrollment_id": Thing(own.id),
        "/me/sessions session_id": Thing(_add(session, sign_in)),
        "completion_id": Thing(_add(session, completion), Where.TAUGHT),
        "/certificates code": Thing(completion.code),
        "/notifications/<id:notification_id>/reminder notification_id": Thing(_add(session, reminder)),
        "/notifications/<id:notification_id>/message notification_id": Thing(_message_to(session, own, now)),
        "notification_id": Thing(asked.id),
        "passkey_id": Thing(_add(session, passkey)),
        "identity_id": Thing(_add(session, identity)),
        "/attendance slug": answered,
        "/me/history slug": answered,
        "/me/privacy slug": answered,
        "/me/pass code": Thing(own.pass_code),
        "/me/people user_id": Thing(_add(session, User(name="Lina Silva", created_at=now, managed_by_id=ana))),
    }


def _message_about(session: Session, event_id: int, author_id: int, now: datetime) -> int:
    """What an organizer is about to write to people of the event."""
    planned = Mailing(
        event_id=event_id,
        created_by_id=author_id,
        subject="Dinner",
        body="Hi",
        audience={},
        send_at=now + timedelta(days=1),
        request_id="access",
        created_at=now,
    )
    return _add(session, planned)


def _message_to(session: Session, own: Enrollment, now: datetime) -> int:
    """A line of what an organizer wrote."""
    mailing_id = session.scalars(select(Mailing.id).where(Mailing.event_id == own.event_id)).first()
    message = Notification(
        dedupe_key=f"mailing:{mailing_id}:{own.user_id}",
        user_id=own.user_id,
        type="message",
        event_id=own.event_id,
        enrollment_id=own.id,
        title="Camp",
        created_at=now,
    )
    return _add(session, message)


def _of_the_rest(session: Session, whose: Owners, now: datetime) -> Named:
    neighbours = session.scalars(select(Organization).where(Organization.id != _northside(session).id)).one()
    neighbours.demands_terms = True
    terms = LegalText(organization_id=neighbours.id, kind="terms", version=1, text="Be kind.", published_at=now)
    asked = OrganizationRequest(
        user_id=whose.masako, name="Ateliê Novo", facility="Loja", timezone="Europe/Lisbon", created_at=now
    )
    run = JobRun(name="close-events", status="succeeded", as_of_at=now, created_at=now, finished_at=now)
    return {
        "/o slug": Thing(neighbours.slug),
        "text_id": Thing(_add(session, terms)),
        "request_id": Thing(_add(session, asked), Where.ANYBODYS),
        "run_id": Thing(_add(session, run), Where.ANYBODYS),
        "message_id": Thing(session.scalars(select(Message.id)).first()),
    }
