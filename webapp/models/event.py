"""One happening, and the policy that decides who is in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.event_life import FROZEN, TAKES_PLACE, EventStatus
from webapp.domain.events.closure import AttendanceRequirement
from webapp.domain.places.access import WhoMay
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.places.party import MOST_HEADS
from webapp.extensions import Model
from webapp.models.columns import BigId, StatusScope, UtcDateTime, one_of, partial_index
from webapp.models.organization import Facility, Organization


class Event(Model):
    """`effective_end_at` is `domain.event_days.effective_end`, kept so that sweeps can ask for it."""

    __tablename__ = "events"
    __table_args__ = (
        one_of("status", EventStatus, "status"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="end_after_start"),
        CheckConstraint("deleted_at IS NULL OR status <> 'published'", name="deleted_not_published"),
        UniqueConstraint("organization_id", "request_id", name="uq_events_request"),
        Index("ix_events_due", "status", "effective_end_at"),
        Index("ix_events_listed", "status", "starts_at"),
        partial_index("ix_events_unanswered", "effective_end_at", where="answers_closed_at IS NULL"),
        partial_index("ix_events_series", "series_id", "starts_at", where="series_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"), index=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    #: Folded words of the title, for the list's search.
    search_text: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    timezone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    effective_end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: `domain.events.closure.closing_from`, where closing waits after the end.
    closing_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20), default=EventStatus.DRAFT)
    #: Pattern and hue of the generated cover, as CSS classes ("arc clay").
    cover: Mapped[str] = mapped_column(String(30), default="arc sea")
    cancel_reason: Mapped[str | None] = mapped_column(String(500))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Who called it off; the people's own trail names the system and the reason.
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When who stayed silent was recorded as such; taken back where the end is moved.
    answers_closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Deleted for everybody; the row stays because trails refer to it.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Of the form that made it: sent twice, made once.
    request_id: Mapped[str | None] = mapped_column(String(64))
    #: Grows with every edit; a form opened before the last one is stale.
    version: Mapped[int] = mapped_column(default=1)
    #: Of which series it is a date; None: it stands by itself.
    series_id: Mapped[int | None] = mapped_column(ForeignKey("event_series.id"))

    organization: Mapped[Organization] = relationship()
    facility: Mapped[Facility] = relationship()
    policy: Mapped["EventPolicy"] = relationship(back_populates="event", uselist=False)

    takes_place = StatusScope(TAKES_PLACE)
    is_frozen = StatusScope(FROZEN)


class EventSeries(Model):
    """Events that belong together: what they have in common is said by each, and changed in several at once.

    Its row is the lock under which dates are added.
    """

    __tablename__ = "event_series"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    #: Where its first date is: who may look after events there looks after the series.
    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"), index=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    #: The rule by which dates were added last, as it is written in calendars.
    rrule: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventSeriesChange(Model):
    """The trail of a series: what one of its dates was before and after it was changed with others, and why."""

    __tablename__ = "event_series_changes"
    __table_args__ = (UniqueConstraint("event_id", "version", name="uq_event_series_changes_version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("event_series.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    #: Of the event, after the change.
    version: Mapped[int] = mapped_column()
    #: Dates changed together share one; they are undone together.
    batch: Mapped[str] = mapped_column(String(36))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_undo: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventPicture(Model):
    """The picture of an event, in words and numbers; without a row its pattern is shown."""

    __tablename__ = "event_pictures"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    #: SHA-256 in hex of the file that was taken in, part of every address.
    digest: Mapped[str] = mapped_column(String(64))
    #: What it shows, for those who do not see it.
    alt: Mapped[str] = mapped_column(String(250))
    #: Of the largest file.
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventPictureFile(Model):
    """One file of it, by its longest side: WebP, and one JPEG. Apart, so that no list reads it by accident."""

    __tablename__ = "event_picture_files"

    event_id: Mapped[int] = mapped_column(ForeignKey("event_pictures.event_id"), primary_key=True)
    side: Mapped[int] = mapped_column(primary_key=True)
    mimetype: Mapped[str] = mapped_column(String(20))
    #: The last column: SQLite walks through a large value to reach what stands after it.
    body: Mapped[bytes] = mapped_column(LargeBinary)


class EventForecast(Model):
    """How many of those with a place were expected when the event began, from what was on record before it.

    Kept once it is closed, so that the way of estimating can be judged; without a range too little was known.
    """

    __tablename__ = "event_forecasts"
    __table_args__ = (
        CheckConstraint("(low IS NULL) = (high IS NULL)", name="both_ends"),
        CheckConstraint("low IS NULL OR (low >= 0 AND low <= high AND high <= people)", name="range_of_people"),
        CheckConstraint("people >= 0", name="people_not_negative"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    #: Who had a place when it began.
    people: Mapped[int] = mapped_column()
    low: Mapped[int | None] = mapped_column()
    high: Mapped[int | None] = mapped_column()
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormerSlug(Model):
    """A name that an event had in its address while it was a draft; nobody else gets it."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(100), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)


class EventTemplate(Model):
    """That the organization keeps this event to copy it again, and under which name."""

    __tablename__ = "event_templates"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventPolicy(Model):
    """Who gets a place, who waits, what counts as attended. Its row is the lock of the event.

    The five counters are changed only by `services.places.seats` under that lock;
    `ops audit` proves them equal to the counts.
    """

    __tablename__ = "event_policies"
    __table_args__ = (
        one_of("method", EnrollmentMethod, "method"),
        one_of("attendance_requirement", AttendanceRequirement, "attendance_requirement"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", name="capacity_positive"),
        CheckConstraint("seats_taken >= 0", name="seats_not_negative"),
        CheckConstraint("waiting_count >= 0", name="waiting_not_negative"),
        CheckConstraint("seats_over >= 0", name="over_not_negative"),
        CheckConstraint("seats_offered >= 0", name="offered_not_negative"),
        CheckConstraint("capacity IS NULL OR seats_taken <= capacity + seats_over", name="never_oversold"),
        CheckConstraint(
            "(attendance_requirement = 'minimum_days') = (minimum_days IS NOT NULL)",
            name="minimum_days_present",
        ),
        CheckConstraint("minimum_days IS NULL OR minimum_days >= 1", name="minimum_days_positive"),
        CheckConstraint(
            "cancellation_deadline_hours IS NULL OR cancellation_deadline_hours >= 0",
            name="deadline_not_negative",
        ),
        CheckConstraint("closing_delay_minutes >= 0", name="closing_delay_not_negative"),
        CheckConstraint("offer_hours IS NULL OR offer_hours >= 1", name="offer_hours_positive"),
        CheckConstraint("last_call_hours IS NULL OR last_call_hours >= 0", name="last_call_not_negative"),
        CheckConstraint(f"party_size >= 1 AND party_size <= {MOST_HEADS}", name="party_size_possible"),
        CheckConstraint("(last_call_hours IS NULL) = (last_call_at IS NULL)", name="last_call_has_time"),
        CheckConstraint("standby_minutes IS NULL OR standby_minutes >= 0", name="standby_not_negative"),
        CheckConstraint("(standby_minutes IS NULL) = (standby_at IS NULL)", name="standby_has_time"),
        one_of("who_may", WhoMay, "who_may"),
        CheckConstraint("(who_may = 'link') = (link_token IS NOT NULL)", name="link_has_token"),
        CheckConstraint(
            "list_opens_at IS NULL OR (who_may = 'open' AND opens_at IS NOT NULL AND list_opens_at < opens_at)",
            name="list_opens_first",
        ),
        partial_index("ix_event_policies_link", "link_token", where="link_token IS NOT NULL"),
        partial_index(
            "ix_event_policies_last_call",
            "last_call_at",
            where="last_call_at IS NOT NULL AND last_call_told_at IS NULL",
        ),
        partial_index("ix_event_policies_standby", "standby_at", where="standby_automatic AND standby_run_at IS NULL"),
        {"postgresql_with": {"fillfactor": "50"}},
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    method: Mapped[str] = mapped_column(String(20), default=EnrollmentMethod.RSVP)
    #: None is unlimited.
    capacity: Mapped[int | None] = mapped_column()
    has_waitlist: Mapped[bool] = mapped_column(default=True)
    attendance_requirement: Mapped[str] = mapped_column(String(20), default=AttendanceRequirement.ANY_DAY)
    minimum_days: Mapped[int | None] = mapped_column()
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancellation_deadline_hours: Mapped[int | None] = mapped_column()
    #: Who comes late, or an event that runs on: it is closed so many minutes after its end.
    closing_delay_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    online_counts: Mapped[bool] = mapped_column(default=False)
    #: Who may enroll by themselves.
    who_may: Mapped[str] = mapped_column(String(10), default=WhoMay.OPEN, server_default=WhoMay.OPEN)
    #: The link of an event that is not listed; in words, so that organizers can hand it on at any time.
    link_token: Mapped[str | None] = mapped_column(String(40))
    #: People on the list may enroll from then on, before everybody else.
    list_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Whom staff adds is invited, and has a place only by saying yes.
    asks_added: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Who attended gets a certificate, with a code that anybody can check.
    issues_certificates: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Something is asked of whoever enrolls, or was: without, nobody looks for questions.
    has_questions: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Until when people answer; None: until the start.
    answers_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: A seat that gets free is offered for so long at most; None: it is given to whoever is next.
    offer_hours: Mapped[int | None] = mapped_column()
    #: So long before the start the waitlist ends: from then on nobody moves up by themselves.
    last_call_hours: Mapped[int | None] = mapped_column()
    #: `domain.places.offer.last_call_at`, kept so that sweeps can ask for it.
    last_call_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When those who waited were told; taken back where the last call is moved.
    last_call_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How many people one enrollment may hold.
    party_size: Mapped[int] = mapped_column(default=1, server_default="1")
    #: Whether people behind a party that does not fit get the free seats; else it holds up the line.
    parties_pass: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Somebody enrolled together with others, or did: without, nobody looks for parties.
    has_parties: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Somebody waits behind others, or did: without, nobody looks for lanes.
    has_lanes: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: So long after the start absent people are waited for; then the standby line may get their places. None: no line.
    standby_minutes: Mapped[int | None] = mapped_column()
    #: `domain.places.standby.standby_at`, kept so that sweeps can ask for it.
    standby_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: At that time the line gets them without anybody pressing a button.
    standby_automatic: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: When that was done, once.
    standby_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seats_taken: Mapped[int] = mapped_column(default=0)
    waiting_count: Mapped[int] = mapped_column(default=0)
    #: The last FIFO ticket handed out; it only grows.
    last_waitlist_position: Mapped[int] = mapped_column(default=0)
    #: Of the seats taken, those beyond the capacity, each given on purpose (`Enrollment.over_capacity`).
    seats_over: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Of the seats taken, those held by an open offer: so many of those who wait are asked already.
    seats_offered: Mapped[int] = mapped_column(default=0, server_default="0")

    event: Mapped[Event] = relationship(back_populates="policy")
