"""Two rows of one person become one: who may do that, and which of two places at one event or class stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused

#: How long a merge can be undone.
UNDO_LIFETIME = timedelta(days=7)


class MergeWay(StrEnum):
    """Who merges: the person, staff of an organization, the operator; or somebody claims their own record."""

    SELF = "self"
    STAFF = "staff"
    OPERATOR = "operator"
    CLAIM = "claim"


#: Of two places at one event, the one with the status named first stays.
EVENT_ORDER: Sequence[S] = (
    S.ATTENDED, S.CHECKED_IN, S.CONFIRMED, S.UNDECIDED, S.RELEASED, S.WAITLISTED, S.PENDING, S.NO_SHOW, S.REJECTED,
    S.CANCELLED,
)  # fmt: skip
#: The same for a class.
CLASS_ORDER: Sequence[E] = (
    E.COMPLETED, E.ENROLLED, E.WAITLISTED, E.FAILED, E.DROPPED, E.WITHDRAWN, E.TRANSFERRED, E.CANCELLED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What decides whether a row of `users` can take part in a merge."""

    user_id: int
    #: Disabled, deleted, part of somebody else already, or the system's own.
    is_gone: bool
    #: A role in an organization, or the operator's.
    has_roles: bool
    #: A proved address, a password, a passkey or a session: somebody came in by it.
    signs_in: bool
    is_proved: bool
    #: Some other organization knows them.
    is_known_elsewhere: bool = False
    #: Somebody looks after them.
    is_managed: bool = False
    #: Signing in asks for the code of an app besides.
    has_second_step: bool = False


def require_mergeable(kept: Row, other: Row, way: MergeWay) -> None:
    """Refuse a merge that gives rights, or that this way does not allow. `other` is the row that goes.

    Raises `merge_same`, `merge_person_gone`, `merge_has_roles`, `merge_signs_in`, `merge_elsewhere`, `merge_managed`,
    `merge_unproved`, `merge_second_step`.
    """
    if kept.user_id == other.user_id:
        raise Refused("merge_same")
    if kept.is_gone or other.is_gone:
        raise Refused("merge_person_gone")
    if other.has_roles:
        raise Refused("merge_has_roles")
    if way is MergeWay.STAFF and other.signs_in:
        raise Refused("merge_signs_in")
    if way is MergeWay.STAFF and other.is_known_elsewhere:
        raise Refused("merge_elsewhere")
    if kept.is_managed or (way is not MergeWay.CLAIM and other.is_managed):
        raise Refused("merge_managed")
    is_proved = kept.is_proved and (other.is_proved or way is MergeWay.CLAIM)
    if way in {MergeWay.SELF, MergeWay.CLAIM} and not is_proved:
        raise Refused("merge_unproved")
    # A mailbox is one step, and the account that goes asks for two.
    if way is MergeWay.SELF and other.has_second_step:
        raise Refused("merge_second_step")


@dataclass(frozen=True, slots=True)
class Stand:
    """What one row has at one event or class; without a status it only looked, or was asked."""

    title: str
    status: S | E | None = None
    ticket: int | None = None
    was_there: bool = False


def keeps_other(kept: Stand, other: Stand) -> bool:
    """Whether the place of the row that goes is the better one, so that the person keeps that.

    Presence is never lost: it comes before every status, and two rows that were both there are two people.
    Then the order of the statuses, then the earlier ticket. Raises `merge_both_present` (fact: `title`).
    """
    if kept.was_there and other.was_there:
        raise Refused("merge_both_present", title=kept.title)
    return _worth(other) < _worth(kept)


def _worth(stand: Stand) -> tuple[bool, int, int]:
    """Smaller is better."""
    # By its kind: words such as "waitlisted" are in both.
    order: Sequence[S | E] = CLASS_ORDER if isinstance(stand.status, E) else EVENT_ORDER
    place = len(order) if stand.status is None else order.index(stand.status)
    return not stand.was_there, place, stand.ticket or 0


def require_undoable(merged_at: datetime, *, is_undone: bool, is_last: bool, is_gone: bool, now: datetime) -> None:
    """Refuse to take a merge apart that cannot be (any more).

    `is_last`: neither row was part of a later merge that stands; `is_gone`: one of them was deleted meanwhile.
    Raises `merge_undone`, `merge_undo_over`, `merge_person_gone`, `merge_not_last`.
    """
    if is_undone:
        raise Refused("merge_undone")
    if now >= merged_at + UNDO_LIFETIME:
        raise Refused("merge_undo_over")
    if is_gone:
        raise Refused("merge_person_gone")
    if not is_last:
        raise Refused("merge_not_last")
