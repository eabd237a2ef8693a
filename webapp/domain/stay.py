"""A stay: one participant of a room, from joined to left, derived from the deliveries about it."""

from enum import StrEnum


class JoinedBy(StrEnum):
    """How the beginning of a stay is known."""

    JOIN = "join"
    #: The join was lost; its leave says when the connection was made.
    LEAVE = "leave"


class LeftBy(StrEnum):
    """How the end of a stay is known."""

    LEAVE = "leave"
    #: The connection of somebody who did join was given up.
    ABORTED = "aborted"
