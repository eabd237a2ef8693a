"""The day before: coming, or giving the place up; from a mail without signing in, or from the notification centre."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, g, make_response, render_template, request, url_for

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import CANCELLABLE, leave_until
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.notices.reminder import Reminded, reminded_by, reminded_in
from webapp.services.notices.reminder import say_coming
from webapp.services.places.enrollment import cancel
from webapp.views import request_time
from webapp.views.current_actor import may_open_link_of
from webapp.views.errors import status_of
from webapp.views.guards import signed_in, signed_link, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.words import left_words
from webapp.views.responses import see_other
from webapp.views.words.refusals import refusal_sentence

_LINK = "<string(maxlength=400):token>"
_GIVE_UP = "give-up"


@dataclass(frozen=True, slots=True)
class ReminderRoute:
    """One way to a reminder, and the addresses on that way."""

    reminded: Reminded
    page: str
    coming_to: str
    give_up_to: str

    def leave_until(self, now: datetime) -> datetime | None:
        """Until when the place can be given up here; None: not any more."""
        reminded = self.reminded
        return leave_until(
            reminded.status,
            starts_at=reminded.starts_at,
            hours_before=reminded.cancellation_deadline_hours,
            leaves_freely=reminded.leaves_freely,
            leaves_late=reminded.leaves_late,
            now=now,
        )


@blueprint.get(f"/reminders/{_LINK}")
@signed_link
def reminder(token: str) -> Response:
    """Opening the link changes nothing: mail scanners follow links, too."""
    now = request_time.now()
    return _page(_by_link(token, now), now)


@blueprint.post(f"/reminders/{_LINK}/coming")
@signed_link
def come_by_link(token: str) -> Response:
    now = request_time.now()
    return _come(_by_link(token, now), now)


@blueprint.post(f"/reminders/{_LINK}/give-up")
@signed_link
def give_up_by_link(token: str) -> Response:
    now = request_time.now()
    return _give_up(_by_link(token, now), now)


@blueprint.get("/notifications/<id:notification_id>/reminder")
@signed_in
def reminder_of_notification(notification_id: int) -> Response:
    return _page(_by_notification(notification_id), request_time.now())


@blueprint.post("/notifications/<id:notification_id>/reminder/coming")
@signed_in
def come(notification_id: int) -> Response:
    return _come(_by_notification(notification_id), request_time.now())


@blueprint.post("/notifications/<id:notification_id>/reminder/give-up")
@signed_in
def give_up(notification_id: int) -> Response:
    return _give_up(_by_notification(notification_id), request_time.now())


def _by_link(token: str, now: datetime) -> ReminderRoute:
    """For whoever holds the link, unless they are signed in as somebody else."""
    reminded = reminded_by(token, now)
    if not may_open_link_of(reminded.user_id):
        raise Refused("link_of_somebody_else")
    return ReminderRoute(
        reminded,
        page=url_for("participant.reminder", token=token),
        coming_to=url_for("participant.come_by_link", token=token),
        give_up_to=url_for("participant.give_up_by_link", token=token),
    )


def _by_notification(notification_id: int) -> ReminderRoute:
    return ReminderRoute(
        reminded_in(notification_id, the_actor().user_id or 0),
        page=url_for("participant.reminder_of_notification", notification_id=notification_id),
        coming_to=url_for("participant.come", notification_id=notification_id),
        give_up_to=url_for("participant.give_up", notification_id=notification_id),
    )


def _come(door: ReminderRoute, now: datetime) -> Response:
    reminded = door.reminded
    return _after(
        door,
        now,
        gettext("The organizer knows you’re coming."),
        lambda: say_coming(notification_id=reminded.notification_id, user_id=reminded.user_id, now=now),
    )


def _give_up(door: ReminderRoute, now: datetime) -> Response:
    """The ordinary way to give a place back: same deadline, same promotion. A no to "are you coming?" never counts."""
    reminded = door.reminded

    def leave() -> None:
        if reminded.status not in CANCELLABLE:
            raise Refused("place_gone")
        actor = Actor(user_id=reminded.user_id, name=reminded.name)
        cancel(enrollment_id=reminded.enrollment_id, actor=actor, by=Trigger.USER, now=now, is_free=True)

    return _after(door, now, gettext("{left}. Thanks for letting us know.", left=left_words(reminded.status)), leave)


def _after(door: ReminderRoute, now: datetime, words: str, act: Callable[[], None]) -> Response:
    try:
        act()
    except Refused as refused:
        g.refusal = refused.code
        sentence = refusal_sentence(refused.code, tz=door.reminded.timezone, now=now, **refused.facts)
        return _page(door, now, error=sentence, status=status_of(refused))
    flash(words)
    return see_other(door.page)


def _page(door: ReminderRoute, now: datetime, *, error: str | None = None, status: int = 200) -> Response:
    reminded = door.reminded
    body = render_template(
        "participant/asking/reminder.html",
        door=door,
        reminded=reminded,
        error=error,
        has_place=reminded.status is S.CONFIRMED and now < reminded.effective_end_at,
        leave_until=door.leave_until(now),
        wants_to_give_up=request.args.get("wish") == _GIVE_UP,
    )
    return make_response(body, status)
