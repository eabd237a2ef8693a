"""The picture of an event: what is taken in, and the sizes in which it is kept."""

from dataclasses import dataclass

from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line

MOST_BYTES = 8 * 1024 * 1024
#: A camera's file can be read at a fraction of its size; of others every pixel is unpacked.
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
SHORTEST_SIDE = 300
#: Longest sides, smallest first, and the one of the file that chats and other sites show.
SIDES = (400, 800, 1600)
SHARED_SIDE = 1200
ALT_LIMIT = 250


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Pixels."""

    width: int
    height: int

    def within(self, side: int) -> "PictureSize":
        """The same picture with no side longer than that; a smaller one stays as it is."""
        longest = max(self.width, self.height)
        if longest <= side:
            return self
        return PictureSize(max(1, round(self.width * side / longest)), max(1, round(self.height * side / longest)))


def sides_of(size: PictureSize) -> tuple[int, ...]:
    """The sides in which it is kept: a small picture is not kept twice."""
    return tuple(side for n, side in enumerate(SIDES) if n == 0 or size.within(side) != size.within(SIDES[n - 1]))


def require_picture_size(kind: str, width: int, height: int) -> None:
    """Refuse a picture by its header, before a pixel is read: `picture_too_many_pixels`, `picture_too_small`."""
    if width * height > MOST_PIXELS[kind]:
        raise Refused("picture_too_many_pixels", most=MOST_PIXELS[kind] // 1_000_000)
    if min(width, height) < SHORTEST_SIDE:
        raise Refused("picture_too_small", low=SHORTEST_SIDE, width=width, height=height)


def require_alt(text: str) -> str:
    """What the picture shows, in words for those who do not see it. Raises `text_missing`, `text_too_long`, ..."""
    return clean_line(text, limit=ALT_LIMIT, field="alt")
