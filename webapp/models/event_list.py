"""Who may enroll in an event that does not let in everybody."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.places.access_list import WRITTEN, EntryKind
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class EventListEntry(Model):
    """Somebody, or a group of people, on the list of an event: who may enroll, or may before everybody else."""

    __tablename__ = "event_list_entries"
    __table_args__ = (
        one_of("kind", EntryKind, "kind"),
        CheckConstraint(
            "(kind IN ({})) = (value IS NOT NULL)".format(", ".join(f"'{one}'" for one in sorted(WRITTEN))),
            name="words_are_written",
        ),
        CheckConstraint("(kind = 'facility') = (facility_id IS NOT NULL)", name="facility_is_named"),
        CheckConstraint("(kind = 'class') = (class_id IS NOT NULL)", name="class_is_named"),
        UniqueConstraint("event_id", "kind", "value", name="uq_event_list_entries_value"),
        UniqueConstraint("event_id", "facility_id", name="uq_event_list_entries_facility"),
        UniqueConstraint("event_id", "class_id", name="uq_event_list_entries_class"),
        # Whose address it is: for who takes their data out or goes.
        partial_index("ix_event_list_entries_address", "value", where="kind = 'address'"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    kind: Mapped[str] = mapped_column(String(10))
    #: An address, or a domain without the "@", in the spelling in which addresses are stored.
    value: Mapped[str | None] = mapped_column(String(254))
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facilities.id"), index=True)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("program_classes.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
