"""The picture of an event: taken in, described, taken away."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.events.picture import ALT_LIMIT, MOST_BYTES, require_alt
from webapp.domain.permission import Permission
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.services.events.event_picture import describe_picture, remove_picture, replace_picture
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import has_file, sent_file
from webapp.views.guards import staff
from webapp.views.http.uploads import takes_files
from webapp.views.loading import load_staff_event
from webapp.views.responses import see_other

_PICTURE = FormKind(
    ("alt",),
    sentences={
        ("alt", "text_missing"): N_("Describe what the picture shows, for people who can’t see it"),
        ("alt", "text_too_long"): N_("Shorten the description to {limit} characters"),
        "file_missing": N_("Choose a JPEG, PNG or WebP file"),
        "picture_broken": N_("This file is damaged. Save the picture again and choose that file"),
        "picture_too_large": N_("Choose a file of at most 8 MB"),
    },
    otherwise="picture",
)


@blueprint.get("/events/<id:event_id>/picture", endpoint="event_picture")
@staff(Permission.MANAGE_EVENTS)
def picture_page(event_id: int) -> Response:
    """What is shown now, and a form for another one."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    return _page(event, _PICTURE.filled({"alt": event.picture_alt}))


@blueprint.post("/events/<id:event_id>/picture")
@staff(Permission.MANAGE_EVENTS)
@takes_files(MOST_BYTES)
def save_event_picture(event_id: int) -> Response:
    """Take the file, if there is one, and the words for it."""
    event, form = load_staff_event(event_id, Permission.MANAGE_EVENTS), _PICTURE.sent()
    alt = form.read("alt", require_alt) or ""
    if has_file("picture"):
        form.check(
            lambda: replace_picture(event_id=event_id, data=sent_file("picture"), alt=alt, now=request_time.now())
        )
    else:
        form.check(lambda: describe_picture(event_id=event_id, alt=alt))
    if form.is_refused:
        return _page(event, form)
    flash(gettext("Saved."))
    return _back(event_id)


@blueprint.post("/events/<id:event_id>/picture/remove")
@staff(Permission.MANAGE_EVENTS)
def take_event_picture_away(event_id: int) -> Response:
    """Show the pattern again."""
    load_staff_event(event_id, Permission.MANAGE_EVENTS)
    remove_picture(event_id=event_id)
    flash(gettext("The picture has been removed. People see the pattern instead."))
    return _back(event_id)


def _back(event_id: int) -> Response:
    return see_other(url_for("admin.event_picture", event_id=event_id))


def _page(event: EventFacts, form: Form) -> Response:
    body = render_template(
        "admin/events/picture.html", event=event, form=form.values, errors=form.errors, alt_limit=ALT_LIMIT
    )
    return make_response(body, form.status)
