"""The state of a message in words, and how it reached one person."""

from webapp.domain.notices.mailing import DropReason, MailingStatus, Reach
from webapp.languages.formats import number
from webapp.languages.words import gettext
from webapp.queries.notices.mailings.mailings import MailingFacts
from webapp.queries.row_types import AnyRow
from webapp.views.words.formatting import plural


def mailing_badge(found: MailingFacts) -> tuple[str, str, str]:
    """(word, tone, icon)"""
    match found.status:
        case MailingStatus.PLANNED:
            return gettext("Planned"), "brand", "clock"
        case MailingStatus.SENDING:
            words = gettext("Sending, {told} of {people}", told=number(found.told), people=number(found.people))
            return words, "wait", "again"
        case MailingStatus.WITHDRAWN:
            return gettext("Withdrawn"), "mute", "out"
        case MailingStatus.DROPPED if found.dropped_because == DropReason.MISSED:
            return gettext("Missed"), "no", "warn"
        case MailingStatus.DROPPED:
            return gettext("Not sent"), "no", "warn"
    if found.waiting:
        words = gettext("Sending, {told} of {people}", told=number(found.sent), people=number(found.mails))
        return words, "wait", "again"
    return plural(found.sent, "{n} email sent", "{n} emails sent"), "ok", "check"


def mailing_end(found: MailingFacts) -> str:
    """Why nothing was sent; "" where something was, or will be."""
    match found.dropped_because:
        case DropReason.NO_RECIPIENTS:
            return gettext("When it was time to send this, no one matched its filters.")
        case DropReason.SUSPENDED:
            return gettext("When it was time to send this, your organization was suspended.")
        case DropReason.MISSED:
            return gettext("This reminder couldn’t be sent within 30 minutes of its time, so it wasn’t sent at all.")
    return ""


def delivery_words(person: AnyRow) -> tuple[str, str, str]:
    """How somebody was told: (word, tone, icon)."""
    match person.reach:
        case Reach.LINE:
            return gettext("Notification only: chose no emails"), "mute", "bell"
        case Reach.NO_ADDRESS:
            return gettext("Notification only: no email address"), "mute", "bell"
        case Reach.GONE:
            return gettext("Account closed"), "mute", "out"
        case None:
            return gettext("Waiting"), "wait", "clock"
    if person.dead_at is not None:
        return gettext("Failed"), "no", "warn"
    if person.sent_at is not None:
        return gettext("Sent"), "ok", "check"
    return gettext("Queued"), "wait", "clock"
