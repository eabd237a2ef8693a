"""What a person's history of attendance is: which events are in it, and how it is looked through."""

from enum import StrEnum


class HistoryFilter(StrEnum):
    """What a reader picks out. An answer counts as the person gave it, and the record where they gave none."""

    ALL = "all"
    ATTENDED = "attended"
    PARTIAL = "partial"
    NOT_ATTENDED = "not_attended"
    UNANSWERED = "unanswered"


def is_virtual(place: str, *, has_online_session: bool) -> bool:
    """An event is virtual that happens at no place, or that one can join from elsewhere."""
    return has_online_session or not place.strip()
