"""The result of a post without JavaScript, told again from what the rows say."""

from flask import request

from webapp.domain.desk.check_in import Typed, Verdict, decide_check_in
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused
from webapp.queries.desk.guest import Guest, by_check_in, by_code, by_id, read_guest
from webapp.queries.desk.party import read_party
from webapp.views.desk.open_desk import Desk, read_search
from webapp.views.desk.party_result import is_missed, of_party
from webapp.views.desk.result import Result
from webapp.views.desk.results import already_in, checked_in, present, taken_back, unknown

#: Green is shown only for what this desk did within this time.
_JUST_NOW_SECONDS = 30


def result_of_url(shown: Desk, text: str) -> Result | None:
    """The result of a post without JavaScript, told again from the evidence.

    The address only says where to look (`in.12`, `ask.7`, `look`); words and colour come from
    the rows, and green only for what this very desk did a moment ago.
    """
    kind, _, number = request.args.get("result", "").partition(".")
    if kind == "look" and text:
        return _look(shown, text)
    try:
        row_id = parse_whole(number, low=1, high=MAX_ID, field="result")
    except Refused:
        return None
    if kind in {"in", "again"}:
        return _of_check_in(shown, row_id, is_fresh=kind == "in")
    if kind == "party":
        return _of_party(shown, row_id)
    return _of_enrollment(shown, row_id) if kind == "ask" else None


def _of_check_in(shown: Desk, check_in_id: int, *, is_fresh: bool) -> Result | None:
    guest = read_guest(by_check_in(check_in_id))
    entry = guest.entry(check_in_id) if guest and guest.event_id == shown.event.id else None
    if guest is None or entry is None:
        return None
    if entry.reversed_at is not None:
        return taken_back(shown.scene, guest, entry)
    just_now = (shown.now - entry.at).total_seconds() <= _JUST_NOW_SECONDS
    if is_fresh and just_now and shown.is_this_desk(entry):
        return checked_in(shown.scene, guest, entry)
    return already_in(shown.scene, guest, entry)


def _of_enrollment(shown: Desk, enrollment_id: int) -> Result | None:
    guest = read_guest(by_id(enrollment_id))
    return _decided_again(shown, guest, None) if guest and guest.event_id == shown.event.id else None


def _of_party(shown: Desk, enrollment_id: int) -> Result | None:
    """Who of those who came together is not in yet; where all are, what there is to say of that one."""
    guest = read_guest(by_id(enrollment_id))
    if guest is None or guest.event_id != shown.event.id:
        return None
    party = read_party(guest, may_stand_by=shown.scene.event.standby_minutes is not None)
    return of_party(shown.scene, guest, party) if is_missed(shown.scene, party) else _decided_again(shown, guest, None)


def _look(shown: Desk, text: str) -> Result | None:
    typed = read_search(text)
    if typed is None or not typed.text:
        return None
    guest = read_guest(by_code(typed.code)) if typed.code else None
    if guest is None:
        return unknown(shown.scene, typed)
    return _decided_again(shown, guest, typed)


def _decided_again(shown: Desk, guest: Guest, typed: Typed | None) -> Result | None:
    verdict = decide_check_in(guest.at_door(shown.door.today), shown.door)
    known = None if verdict is Verdict.UNKNOWN else guest
    return present(shown.scene, verdict, known, guest.live_on(shown.door.today), typed)
