"""What an event can become, held against the table drawn by hand; and what each state allows."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.event_life import (
    FROZEN,
    EventStatus,
    can_become,
    is_deletable,
    require_publishable,
    was_never_public,
)
from webapp.domain.refusal import Refused

#: From the row to the column.
TABLE = """
            draft  published  completed  cancelled
draft       -      yes        -          yes
published   -      -          yes        yes
completed   -      -          -          -
cancelled   -      -          -          -
"""
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def drawn() -> list[tuple[str, str, bool]]:
    head, *rows = TABLE.split("\n")[1:-1]
    return [
        (row.split()[0], column, cell == "yes")
        for row in rows
        for column, cell in zip(head.split(), row.split()[1:], strict=True)
    ]


@pytest.mark.parametrize(("status", "to_status", "is_legal"), drawn())
def test_an_event_becomes_what_the_table_says(status, to_status, is_legal):
    assert can_become(status, EventStatus(to_status)) is is_legal


def test_out_of_a_frozen_state_nothing_leads():
    assert [one for one in FROZEN for to_status in EventStatus if can_become(one, to_status)] == []


@pytest.mark.parametrize("status", [one for one in EventStatus if one is not EventStatus.DRAFT])
def test_only_a_draft_is_published(status):
    require_publishable("draft", NOW + timedelta(seconds=1), NOW)
    with pytest.raises(Refused, match="event_not_draft"):
        require_publishable(status, NOW + timedelta(days=1), NOW)


def test_a_draft_that_is_over_is_not_published():
    with pytest.raises(Refused, match="event_over"):
        require_publishable("draft", NOW, NOW)


def test_what_is_published_is_not_deleted():
    assert [status for status in EventStatus if not is_deletable(status)] == [EventStatus.PUBLISHED]


@pytest.mark.parametrize(
    ("status", "published_at", "expected"),
    [("draft", None, True), ("cancelled", None, True), ("cancelled", NOW, False), ("published", NOW, False)],
)
def test_what_was_called_off_as_a_draft_was_never_public(status, published_at, expected):
    assert was_never_public(status, published_at) is expected
