"""The notification centre: what a person was told, what they have not read, and where each line leads."""

from flask import Response, flash, render_template, url_for
from sqlalchemy import Row

from webapp.domain.notices.notice import NotificationType
from webapp.domain.notices.placeholders import filled, pieces_of
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.notices.mailings.mailings import message_in
from webapp.queries.notices.notification import notification_of, notifications_page
from webapp.services.notices.mailings.letters import MailingLetters, paragraphs_of
from webapp.services.notices.notification import read_all_notifications, read_notification
from webapp.views import request_time
from webapp.views.guards import signed_in, the_actor
from webapp.views.paging import page_number
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural
from webapp.views.words.statuses import Badge

_WORDS = {
    NotificationType.CONFIRMED: Badge(N_("You are enrolled"), "ok", "check"),
    NotificationType.WAITLISTED: Badge(N_("You are on the waitlist"), "wait", "clock"),
    NotificationType.PROMOTED: Badge(N_("You’re in: a place opened"), "ok", "check"),
    NotificationType.REJECTED: Badge(N_("Declined by the organizer"), "mute", "full"),
    NotificationType.CANCELLED: Badge(N_("The organizer cancelled your place"), "mute", "out"),
    NotificationType.CALLED_OFF: Badge(N_("Called off"), "no", "miss"),
    NotificationType.EVENT_CHANGED: Badge(N_("The time or place has changed"), "wait", "cal"),
    NotificationType.REMINDER: Badge(N_("Coming up"), "brand", "bell"),
    NotificationType.ATTENDANCE_PROMPT: Badge(N_("Were you there?"), "brand", "pin"),
    NotificationType.NO_SHOW: Badge(N_("Not marked as attended"), "mute", "miss"),
    NotificationType.CORRECTED: Badge(N_("Your attendance was corrected"), "brand", "edit"),
    NotificationType.CORRECTION_WITHDRAWN: Badge(N_("A correction to your attendance was withdrawn"), "mute", "edit"),
    NotificationType.PLACE_OPENED: Badge(N_("A place is free, first come, first served"), "brand", "bell"),
    NotificationType.OFFERED: Badge(N_("A place is held for you"), "brand", "bell"),
    NotificationType.OFFER_EXPIRED: Badge(N_("The place is no longer held for you"), "wait", "clock"),
    NotificationType.WAIT_ENDED: Badge(N_("You’re no longer on the waitlist"), "mute", "out"),
    NotificationType.LAST_CALL: Badge(N_("No place this time"), "mute", "clock"),
    NotificationType.RELEASED: Badge(N_("Your place was given to someone at the door"), "wait", "out"),
    NotificationType.PLACE_BACK: Badge(N_("Your place is yours again"), "ok", "check"),
    NotificationType.STANDBY_PLACED: Badge(N_("You got a place from the standby line"), "ok", "door"),
    NotificationType.UNDECIDED: Badge(N_("We don’t know yet whether you attended"), "wait", "clock"),
    NotificationType.SETTLED: Badge(N_("Marked as attended"), "ok", "yes"),
    NotificationType.CERTIFICATE: Badge(N_("Your certificate of attendance"), "ok", "yes"),
    NotificationType.OUTCOME_TAKEN_BACK: Badge(N_("Your attendance is decided again"), "wait", "clock"),
    NotificationType.APPEAL_GRANTED: Badge(N_("Corrected: you attended"), "ok", "yes"),
    NotificationType.APPEAL_DECLINED: Badge(N_("An answer to “I was there”"), "mute", "miss"),
    NotificationType.APPEAL_LAPSED: Badge(N_("No answer to “I was there”"), "mute", "clock"),
    NotificationType.MESSAGE: Badge(N_("Message from the organizer"), "brand", "mail"),
    NotificationType.TO_SETTLE: Badge(N_("Outcomes to decide"), "wait", "warn"),
    NotificationType.CLASS_ENROLLED: Badge(N_("You are enrolled"), "ok", "check"),
    NotificationType.CLASS_WAITLISTED: Badge(N_("You are on the waitlist"), "wait", "clock"),
    NotificationType.CLASS_PROMOTED: Badge(N_("You’re in: a place opened"), "ok", "check"),
    NotificationType.CLASS_CANCELLED: Badge(N_("Your place was cancelled"), "mute", "out"),
    NotificationType.CLASS_CALLED_OFF: Badge(N_("This class has been called off"), "no", "miss"),
    NotificationType.CLASS_ENDED: Badge(N_("Your enrollment has ended"), "mute", "out"),
    NotificationType.CLASS_REOPENED: Badge(N_("You are enrolled again"), "ok", "check"),
    NotificationType.CLASS_COMPLETED: Badge(N_("You completed this class"), "ok", "yes"),
}


#: Lines about how it was decided.
_EXPLAINED = {
    NotificationType.NO_SHOW,
    NotificationType.UNDECIDED,
    NotificationType.SETTLED,
    NotificationType.CORRECTED,
    NotificationType.CORRECTION_WITHDRAWN,
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
        read_notification(notification_id=notification_id, user_id=user_id, now=request_time.now())
    return see_other(_leads_to(line))


@blueprint.get("/notifications/<id:notification_id>/message")
@signed_in
def message(notification_id: int) -> Response:
    """What an organizer wrote, whole: the line says only what it is about."""
    found = message_in(notification_id, the_actor().user_id or 0)
    if found is None:
        raise Refused("not_found")
    words = MailingLetters("", "", request_time.now()).words_for(found, every=True)
    body = render_template(
        "participant/message.html",
        found=found,
        subject=filled(pieces_of(found.subject), words),
        paragraphs=[filled(pieces_of(one), words) for one in paragraphs_of(found.body)],
    )
    return Response(body)


@blueprint.post("/notifications/read")
@signed_in
def read_notifications() -> Response:
    """Done with all of them."""
    read = read_all_notifications(user_id=the_actor().user_id or 0, now=request_time.now())
    flash(
        plural(read, "{n} notification marked as read.", "{n} notifications marked as read.")
        if read
        else gettext("You have no unread notifications.")
    )
    return see_other(url_for("participant.notifications"))


@blueprint.app_template_global()
def notice_words(line: Row) -> Badge:
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
    if line.type == NotificationType.MESSAGE:
        return url_for("participant.message", notification_id=line.id)
    if line.type == NotificationType.TO_SETTLE:
        return url_for("admin.enrollments", event_id=line.event_id, status=EnrollmentStatus.UNDECIDED)
    if line.type in _EXPLAINED and line.enrollment_id:
        return url_for("participant.why", enrollment_id=line.enrollment_id)
    return url_for("participant.event", slug=line.slug)
