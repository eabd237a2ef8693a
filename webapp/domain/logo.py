"""The picture of an organization: what is taken in."""

from webapp.domain.refusal import Refused

#: Bytes of a file, and pixels of a side.
MOST_BYTES = 200 * 1024
SHORTEST_SIDE, LONGEST_SIDE = 64, 1024


def require_logo_size(width: int, height: int) -> None:
    """Refuse a logo by its header, before a pixel is read (`picture_size`)."""
    if not all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in (width, height)):
        raise Refused("picture_size", low=SHORTEST_SIDE, high=LONGEST_SIDE, width=width, height=height)
