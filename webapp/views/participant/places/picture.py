"""The picture of an event: its files, and what a page needs to show it."""

from typing import NamedTuple

from flask import Response

from webapp.domain.events.picture import SHARED_SIDE, SIDES, PictureSize, sides_of
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.events.event_picture import PictureFile, picture_file
from webapp.views.addresses import public_url, url_for
from webapp.views.current_actor import current_actor
from webapp.views.guards import public
from webapp.views.http.kept_file import kept_file
from webapp.views.participant.blueprint import blueprint

_SIDES = frozenset({*SIDES, SHARED_SIDE})


class ShownPicture(NamedTuple):
    """What `<img>` needs: files by their width, the pixels of the largest, the words for it."""

    source: str
    sources: str
    width: int
    height: int
    alt: str


class SharedPicture(NamedTuple):
    """A picture by its whole address. `is_wide`: it fills a card, and is not a mark beside its words."""

    url: str
    width: int | None
    height: int | None
    alt: str
    is_wide: bool


@blueprint.get("/events/<slug:slug>/picture-<string(length=64):digest>-<id:side>")
@public
def event_picture(slug: str, digest: str, side: int) -> Response:
    """One file of it. Another picture has another address, so this one never changes."""
    file = picture_file(slug, digest, side) if side in _SIDES else None
    if file is None or not (file.is_public or _may_preview(file)):
        raise Refused("not_found")
    return kept_file(file.body, file.mimetype, etag=f"{digest}-{side}", is_public=file.is_public)


@blueprint.app_template_global()
def shown_picture(event: EventFacts) -> ShownPicture | None:
    """The picture on pages; None: the pattern is shown."""
    size = _size_of(event)
    if size is None:
        return None
    named = {"slug": event.slug, "digest": event.picture}
    files = [(url_for("participant.event_picture", **named, side=side), size.within(side)) for side in sides_of(size)]
    sources = ", ".join(f"{address} {found.width}w" for address, found in files)
    return ShownPicture(files[-1][0], sources, size.width, size.height, event.picture_alt or "")


def shared_picture(event: EventFacts) -> SharedPicture | None:
    """What chats show: the event's picture, else the organization's logo."""
    size = _size_of(event)
    if size is not None:
        url = public_url("participant.event_picture", slug=event.slug, digest=event.picture, side=SHARED_SIDE)
        shared = size.within(SHARED_SIDE)
        return SharedPicture(url, shared.width, shared.height, event.picture_alt or "", is_wide=True)
    if event.organization_logo is None:
        return None
    named = {"slug": event.organization_slug, "digest": event.organization_logo}
    url = public_url("participant.organization_logo", **named)
    return SharedPicture(url, None, None, event.organization_name, is_wide=False)


def _size_of(event: EventFacts) -> PictureSize | None:
    if event.picture is None or event.picture_width is None or event.picture_height is None:
        return None
    return PictureSize(event.picture_width, event.picture_height)


def _may_preview(file: PictureFile) -> bool:
    actor = current_actor()
    return actor is not None and actor.can(Permission.VIEW_ROSTER, file.organization_id, file.facility_id)
