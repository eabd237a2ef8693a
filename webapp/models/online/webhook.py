"""What the video server told, as it told it, and what follows from it alone.

`WebhookDelivery` is the evidence (append-only). `MeetingRoom` counts it, `Stay` is derived from it
and can be derived anew at any time. `RoomGuest` is the only place for a name that came with it.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.online.stay import JoinedBy, LeftBy
from webapp.extensions import Model
from webapp.models.columns import UtcDateTime, one_of, partial_index

#: The video server's own limit for names of rooms and identities.
LONGEST_NAME = 256


class WebhookDelivery(Model):
    """One verified delivery, once. Append-only: the database refuses UPDATE and DELETE.

    The columns are what `domain.delivery` read in the raw JSON; what it could not believe is
    empty. `payload` is that JSON without secrets and without anything that names a person or was
    written by one. `identity` is `u<user id>` for our own people; it is kept only of attendees.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        # Numbers follow the order of the commits: they are given under the lock of the room's row.
        UniqueConstraint("room_name", "number", name="uq_webhook_deliveries_number"),
        CheckConstraint("(room_name IS NULL) = (number IS NULL)", name="number_in_room"),
        CheckConstraint("number IS NULL OR number >= 1", name="number_positive"),
        Index("ix_webhook_deliveries_participant", "room_name", "participant_sid"),
    )

    #: The sender's own id of the event (`EV_...`).
    delivery_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: The name of the API key that signed it.
    key_name: Mapped[str] = mapped_column(String(80))
    #: `participant_joined`, `room_finished`, ...; the list grows with the server.
    kind: Mapped[str] = mapped_column(String(60))
    room_name: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    #: The how many-th new delivery of its room, from 1 without gaps.
    number: Mapped[int | None] = mapped_column()
    room_sid: Mapped[str | None] = mapped_column(String(80))
    participant_sid: Mapped[str | None] = mapped_column(String(80))
    identity: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
    #: Whether the participant is a person who attends; not known where the delivery does not say.
    is_attendee: Mapped[bool | None] = mapped_column()
    #: When it happened by the video server's clock (whole seconds), and when the connection was made.
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    payload: Mapped[str] = mapped_column(Text)


class MeetingRoom(Model):
    """How many deliveries of a room came (`deliveries`), and how many of them its stays show (`folded`)."""

    __tablename__ = "meeting_rooms"
    __table_args__ = (
        CheckConstraint("folded BETWEEN 0 AND deliveries", name="folded_what_came"),
        partial_index("ix_meeting_rooms_due", "last_delivery_at", where="deliveries > folded"),
        {"postgresql_with": {"fillfactor": "50"}},
    )

    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    deliveries: Mapped[int] = mapped_column(default=0)
    folded: Mapped[int] = mapped_column(default=0)
    last_delivery_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Stay(Model):
    """One participant sid in one room. Derived: written only by `services.online.folding`, never by hand.

    Without `left_at` it is open: no end was told (yet). Of attendees only.
    """

    __tablename__ = "stays"
    __table_args__ = (
        one_of("joined_by", JoinedBy, "joined_by"),
        one_of("left_by", LeftBy, "left_by"),
        CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name="end_is_known"),
        CheckConstraint("left_at IS NULL OR left_at >= joined_at", name="ends_after_start"),
    )

    room_name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    participant_sid: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: The room's own sid: a new one each time the room is opened under its name.
    room_sid: Mapped[str | None] = mapped_column(String(80))
    identity: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    joined_by: Mapped[str] = mapped_column(String(20))
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_by: Mapped[str | None] = mapped_column(String(20))
    #: The last thing heard of this participant.
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoomGuest(Model):
    """The display name of somebody in a session's room whose identity is not one of ours.

    It helps an organizer to say who that was. It is no evidence: it may be blanked or deleted.
    """

    __tablename__ = "room_guests"

    room_name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    identity: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
