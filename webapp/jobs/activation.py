"""Five o'clock: the run that begins classes."""

from webapp.jobs.beat import beat_of
from webapp.services.classes.activation.class_activation import activate_classes
from webapp.services.work.run import ClaimedRun


def activate_scheduled_classes(claim: ClaimedRun) -> dict[str, int]:
    """Begin what is due; each facility says that we are alive, or stops if we lost the claim."""
    return activate_classes(
        now=claim.as_of_at, run_id=claim.id, by_hand=claim.by_hand, facility_id=claim.facility_id, beat=beat_of(claim)
    )
