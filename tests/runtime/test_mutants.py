"""What share of the wrong rules was noticed, and what is no share at all."""

import pytest

from runtime.complaint import Complaint
from runtime.mutants import noticed

COUNTS = {"killed": 0, "survived": 0, "no_tests": 0, "skipped": 0, "suspicious": 0, "timeout": 0, "total": 0}


@pytest.mark.parametrize(
    ("counts", "share"),
    [
        ({"killed": 4, "total": 4}, 100),
        ({"survived": 4, "total": 4}, 0),
        ({"killed": 19, "survived": 1, "total": 20}, 95),
        # A test that never came back has noticed; one that is missing has not.
        ({"killed": 1, "timeout": 2, "no_tests": 1, "total": 4}, 75),
        ({"killed": 3, "suspicious": 1, "total": 4}, 75),
        # What nobody tried is neither.
        ({"killed": 3, "skipped": 6, "survived": 1, "total": 10}, 75),
    ],
)
def test_the_share_of_wrong_rules_that_were_noticed(counts, share):
    assert noticed({**COUNTS, **counts}) == share


@pytest.mark.parametrize("counts", [COUNTS, {**COUNTS, "skipped": 5, "total": 5}])
def test_that_no_rule_was_changed_is_no_success(counts):
    with pytest.raises(Complaint, match="no rule was changed"):
        noticed(counts)
