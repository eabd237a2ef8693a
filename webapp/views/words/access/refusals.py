"""What is said to somebody who cannot enroll, and to who says who may; the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "event_full": (N_("Event is full"),),
    "not_open_yet": (N_("Enrollment opens {opens_at}."), N_("Enrollment is not open yet.")),
    "still_in_line": (N_("You’re on the waitlist. The next place goes to the next person on it."),),
    "enrollment_closed": (N_("Enrollment closed on {closes_at}."), N_("Enrollment is closed.")),
    "event_not_published": (N_("This event is not open for enrollment."),),
    "application_rejected": (N_("The organizer declined your application for this event."),),
    "needs_link": (N_("You need this event’s link to enroll. Open the link you were sent."),),
    "not_on_list": (N_("This event is for people on a list, and your address isn’t on it."),),
    "link_not_used": (N_("This event no longer has a link of its own. Nothing was changed."),),
    "list_full": (
        N_("A list holds {most} entries at most. Use a domain, a facility or a class instead."),
        N_("The list is full. Use a domain, a facility or a class instead."),
    ),
    "event_link_ended": (N_("This link no longer works. Ask the organizer for the new one."),),
    "list_opens_alone": (N_("Enter when enrollment opens for everyone, or leave the time for the list blank"),),
    "list_opens_late": (N_("Enter a time before enrollment opens for everyone"),),
    "list_opens_for_all": (N_("An earlier opening is for events in which anyone may enroll. Leave it blank"),),
}
STATUS: Mapping[str, int] = {"needs_link": 403, "not_on_list": 403, "event_link_ended": 404, "link_not_used": 409}
