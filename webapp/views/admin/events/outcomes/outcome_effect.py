"""What follows for somebody's outcome from what was just said of them in an online session."""

from dataclasses import dataclass

from webapp.domain.events.override import override_target
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.languages.words import gettext
from webapp.queries.online.late_evidence import late_standing
from webapp.views.admin.online.session_host import SessionHost
from webapp.views.words.statuses import enrollment_words


@dataclass(frozen=True, slots=True)
class OutcomeStanding:
    """Where somebody stands in an event, and what their outcome would be by what is known now, if that is another."""

    enrollment_id: int
    status: S
    late_outcome: S | None


def standing_in(host: SessionHost, user_id: int) -> OutcomeStanding | None:
    """Of a person in the event of a session; None in a class, or without a place."""
    if host.is_class:
        return None
    row = late_standing(host.id, user_id)
    if row is None:
        return None
    return OutcomeStanding(row.id, S(row.status), S(row.late_outcome) if row.late_outcome else None)


def effect_sentence(standing: OutcomeStanding | None) -> str:
    """One sentence that is true: whether it counts, whether it settled something, or that the outcome stays."""
    if standing is None:
        return gettext("The session was measured again.")
    words = enrollment_words(standing.status).crew
    if standing.late_outcome is not None:
        way = (
            gettext("An admin can override it.")
            if override_target(standing.status) is standing.late_outcome
            else gettext(
                "{words} can’t be changed to {crew}.",
                words=words,
                crew=enrollment_words(standing.late_outcome).crew,
            )
        )
        return gettext("The event is closed, so the outcome stays {words}. {way}", words=words, way=way)
    if standing.status is S.UNDECIDED:
        return gettext("The outcome is still Undecided. You can decide it now.")
    if standing.status in {S.ATTENDED, S.NO_SHOW}:
        return gettext("The outcome is {words}.", words=words)
    return gettext("The session was measured again. They’re now {words}.", words=words)
