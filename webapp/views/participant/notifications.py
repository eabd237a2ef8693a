"""The notification centre: what a person was told, what they have not read, and where each line leads."""

from dataclasses import dataclass

from flask import Response, flash, render_template, url_for
from sqlalchemy import Row

from webapp import clock
from webapp.domain.notice import NotificationType
from webapp.domain.refusal import Refused
from webapp.queries.notices.notification import notification_of, notifications_page
from webapp.services.notices.notification import read_all_notifications, read_notification
from webapp.views.form_input import page_number
from webapp.views.formatting import plural
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a line says before the title of its event; tone and icon as for a badge."""

    said: str
    tone: str
    icon: str


_WORDS = {
    NotificationType.CONFIRMED: NoticeWords("You are enrolled", "ok", "check"),
    NotificationType.WAITLISTED: NoticeWords("You are on the waitlist", "wait", "clock"),
    NotificationType.PROMOTED: NoticeWords("You are in: a place opened", "ok", "check"),
    NotificationType.REJECTED: NoticeWords("Not accepted by the organizer", "mute", "full"),
    NotificationType.CANCELLED: NoticeWords("The organizer cancelled your place", "mute", "out"),
    NotificationType.CALLED_OFF: NoticeWords("Called off", "no", "miss"),
    NotificationType.EVENT_CHANGED: NoticeWords("The time or the place has changed", "wait", "cal"),
    NotificationType.REMINDER: NoticeWords("Coming up", "brand", "bell"),
    NotificationType.ATTENDANCE_PROMPT: NoticeWords("Were you there?", "brand", "pin"),
    NotificationType.NO_SHOW: NoticeWords("Not counted as attended", "mute", "miss"),
    NotificationType.CLASS_ENROLLED: NoticeWords("You are enrolled", "ok", "check"),
    NotificationType.CLASS_WAITLISTED: NoticeWords("You are on the waitlist", "wait", "clock"),
    NotificationType.CLASS_PROMOTED: NoticeWords("You are in: a place opened", "ok", "check"),
    NotificationType.CLASS_CANCELLED: NoticeWords("Your place was cancelled", "mute", "out"),
    NotificationType.CLASS_CALLED_OFF: NoticeWords("This class is called off", "no", "miss"),
    NotificationType.CLASS_ENDED: NoticeWords("Your enrollment has ended", "mute", "out"),
    NotificationType.CLASS_REOPENED: NoticeWords("You are enrolled again", "ok", "check"),
    NotificationType.CLASS_COMPLETED: NoticeWords("You completed this class", "ok", "yes"),
}


@blueprint.get("/notifications")
@signed_in
def notifications() -> Response:
    """Newest first, 50 a page."""
    centre = notifications_page(the_actor().user_id or 0, page_number())
    return Response(render_template("participant/notifications.html", centre=centre))


@blueprint.post("/notifications/<id:notification_id>/open")
@signed_in
def open_notification(notification_id: int) -> Response:
    """Read it, and go on to what it is about. A link cannot do that: opening one changes nothing.

    A prompt stays unread until it is answered or put off: only an unread one can be put off.
    """
    user_id = the_actor().user_id or 0
    line = notification_of(notification_id, user_id)
    if line is None:
        raise Refused("not_found")
    if line.type != NotificationType.ATTENDANCE_PROMPT:
        read_notification(notification_id=notification_id, user_id=user_id, now=clock.now())
    return see_other(_leads_to(line))


@blueprint.post("/notifications/read")
@signed_in
def read_notifications() -> Response:
    """Done with all of them."""
    read = read_all_notifications(user_id=the_actor().user_id or 0, now=clock.now())
    flash(f"{plural(read, 'notification is', 'notifications are')} marked as read." if read else "All were read.")
    return see_other(url_for("participant.notifications"))


@blueprint.app_template_global()
def notice_words(line: Row) -> NoticeWords:
    """The words for a line of the centre."""
    return _WORDS[NotificationType(line.type)]


def _leads_to(line: Row) -> str:
    if line.class_enrollment_id is not None:
        return url_for("participant.my_class", enrollment_id=line.class_enrollment_id)
    if line.slug is None:
        return url_for("participant.notifications")
    if line.type == NotificationType.ATTENDANCE_PROMPT:
        return url_for("participant.prompt_of_notification", notification_id=line.id)
    if line.type == NotificationType.REMINDER:
        return url_for("participant.reminder_of_notification", notification_id=line.id)
    if line.type == NotificationType.NO_SHOW and line.enrollment_id:
        return url_for("participant.why", enrollment_id=line.enrollment_id)
    return url_for("participant.event", slug=line.slug)
