"""People whom somebody looks after: children, and others who do not sign in until they claim themselves."""

from datetime import timedelta

from webapp.domain.refusal import Refused

#: As many as one person looks after.
MOST_CARED_FOR = 20
#: How long a link works by which somebody takes their own record over.
CLAIM_LIFETIME = timedelta(days=7)


def require_room(count: int) -> None:
    """Refuse one more than anybody looks after (`cared_for_full`, fact: `most`)."""
    if count >= MOST_CARED_FOR:
        raise Refused("cared_for_full", most=MOST_CARED_FOR)
