"""What an account may do, by what is known of its address."""

from datetime import timedelta

import pytest

from tests.support.worlds.world import NOON
from webapp.domain.people.proof import LIFETIME, STAFF_GRACE, AddressProof, AddressState, MailedLink

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("proof", "state"),
    [
        (AddressProof(None), AddressState.OWN),
        (AddressProof(None, given_by_others=True), AddressState.CLOSED),
        (AddressProof(None, given_by_others=True, grace_until=NOON + DAY), AddressState.ASKED),
        # The last instant of the grace is over.
        (AddressProof(None, given_by_others=True, grace_until=NOON), AddressState.CLOSED),
        (AddressProof(None, given_by_others=True, grace_until=NOON - DAY), AddressState.CLOSED),
        (AddressProof(None, given_by_others=False, grace_until=NOON - DAY), AddressState.OWN),
        (AddressProof(NOON, given_by_others=True, grace_until=NOON - DAY), AddressState.PROVED),
        # A proof holds, whatever a clock says that stands before it.
        (AddressProof(NOON + DAY, given_by_others=True), AddressState.PROVED),
    ],
)
def test_what_is_known_says_what_is_open(proof, state):
    assert proof.state(NOON) is state


def test_links_and_the_grace_have_the_promised_length():
    assert LIFETIME == {MailedLink.RESET: timedelta(minutes=30), MailedLink.CONFIRM: 7 * DAY}
    assert STAFF_GRACE == 14 * DAY
