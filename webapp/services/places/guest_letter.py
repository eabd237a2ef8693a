"""What a guest is mailed: a code and a link that confirm the address, and with it the place."""

from datetime import datetime
from zoneinfo import ZoneInfo

from webapp.domain.places.opening import only_list_enrolls
from webapp.domain.text import first_name
from webapp.languages.formats import hour_and_minute
from webapp.languages.words import gettext
from webapp.queries.events.event import StoredEvent
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.mail_code import NewCode, link_of


def guest_words(
    code: NewCode, name: str, event: StoredEvent, hold: AnyRow, *, is_in: bool, now: datetime
) -> tuple[str, str]:
    """Subject and body, in the language of whoever asks. `is_in`: somebody with this address is enrolled already."""
    said = {"name": first_name(name), "title": event.title, "code": code.digits, "link": link_of(code, now)}
    if is_in:
        subject = gettext("You’re enrolled already: {title}", title=event.title)
        return subject, gettext(
            """Hi {name},

You’re enrolled in {title} already, so there’s nothing to confirm. To see your place on the page where you just \
entered this address, enter this code there:

{code}

Or open this link, on this or any other device:

{link}

If that wasn’t you, ignore this email. Don’t give the code to anyone, and don’t open the link for anyone.
""",
            **said,
        )
    subject = gettext("{code}: confirm your place at {title}", code=code.digits, title=event.title)
    if hold.has_seat:
        local = hold.held_until.astimezone(ZoneInfo(event.timezone))
        promise = gettext("Your place is held until {time}.", time=hour_and_minute(local.time()))
    elif only_list_enrolls(event.terms, now):
        promise = gettext("If your address is on the organizer’s list, your turn counts from the moment you confirm.")
    else:
        promise = gettext("Your turn counts from the moment you confirm.")
    return subject, gettext(
        """Hi {name},

One step left for {title}: confirm your email address. Enter this code where you asked for it:

{code}

Or open this link, on this or any other device:

{link}

{promise} The code works for 15 minutes, the link for 24 hours.

If that wasn’t you, ignore this email. Don’t give the code to anyone, and don’t open the link for anyone.
""",
        promise=promise,
        **said,
    )
