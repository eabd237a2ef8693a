"""The terms of an event, for rules that are asked without a database."""

from datetime import datetime, timedelta

from webapp.domain.places.enrollment import EnrollmentMethod, EnrollmentTerms


def terms_of(starts_at: datetime, **changes) -> EnrollmentTerms:
    """A published event of two hours that everybody may enroll in until it starts, with a waitlist."""
    usual = {
        "event_status": "published",
        "method": EnrollmentMethod.RSVP,
        "has_waitlist": True,
        "opens_at": None,
        "closes_at": None,
        "starts_at": starts_at,
        "effective_end_at": starts_at + timedelta(hours=2),
    }
    return EnrollmentTerms(**{**usual, **changes})
