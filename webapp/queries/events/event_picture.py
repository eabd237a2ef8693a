"""A file of an event's picture as it is served."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Event, EventPicture, EventPictureFile


@dataclass(frozen=True, slots=True)
class PictureFile:
    """`is_public`: anybody may see the event; else the organization's staff only."""

    body: bytes
    mimetype: str
    organization_id: int
    facility_id: int
    is_public: bool


def picture_file(slug: str, digest: str, side: int) -> PictureFile | None:
    """The file of that event while its picture has that digest; None else."""
    row = db.session.execute(
        select(
            EventPictureFile.mimetype,
            Event.organization_id,
            Event.facility_id,
            Event.published_at,
            EventPictureFile.body,
        )
        .join(EventPicture, EventPicture.event_id == EventPictureFile.event_id)
        .join(Event, Event.id == EventPicture.event_id)
        .where(
            Event.slug == slug,
            Event.deleted_at.is_(None),
            EventPicture.digest == digest,
            EventPictureFile.side == side,
        )
    ).one_or_none()
    return (
        PictureFile(row.body, row.mimetype, row.organization_id, row.facility_id, row.published_at is not None)
        if row
        else None
    )
