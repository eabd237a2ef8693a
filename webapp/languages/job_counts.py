"""What a run counted, in words: the same on the page, in a terminal and in the log."""

from collections.abc import Mapping

from webapp.languages.formats import number
from webapp.languages.words import n_, ngettext

#: Name of a count -> one, many.
_WORDS = {
    "events": n_("{n} event", "{n} events"),
    "empty_events": n_("{n} empty event completed", "{n} empty events completed"),
    "attended": n_("{n} attended", "{n} attended"),
    "no_show": n_("{n} no-show", "{n} no-shows"),
    "undecided": n_("{n} undecided", "{n} undecided"),
    "reminders": n_("{n} reminder", "{n} reminders"),
    "prompts": n_("{n} follow-up question scheduled", "{n} follow-up questions scheduled"),
    "silent": n_("{n} recorded as no answer", "{n} recorded as no answer"),
    "classes": n_("{n} class started", "{n} classes started"),
    "people": n_("{n} person started", "{n} people started"),
    "sessions": n_("{n} online session", "{n} online sessions"),
    "records": n_("{n} record written", "{n} records written"),
    "needs_review": n_("{n} person to review", "{n} people to review"),
    "online_check_ins": n_("{n} online check-in", "{n} online check-ins"),
    "check_ins_taken_back": n_("{n} check-in undone", "{n} check-ins undone"),
    "outcomes_settled": n_("{n} outcome decided", "{n} outcomes decided"),
    "sessions_failed": n_("{n} session failed", "{n} sessions failed"),
    "messages": n_("{n} person told", "{n} people told"),
    "lines": n_("{n} line read", "{n} lines read"),
    "answers": n_("{n} answer deleted", "{n} answers deleted"),
    "pictures": n_("{n} picture deleted", "{n} pictures deleted"),
    "imports": n_("{n} uploaded file deleted", "{n} uploaded files deleted"),
    "sign_ins": n_("{n} sign-in deleted", "{n} sign-ins deleted"),
    "password_resets": n_("{n} password link deleted", "{n} password links deleted"),
    "job_runs": n_("{n} old run deleted", "{n} old runs deleted"),
}


def counted(counts: Mapping[str, int]) -> list[str]:
    """9 attended, 3 no-shows: one text for each count that is not 0, large numbers as 12,000."""
    return [_one(name, count) for name, count in counts.items() if count]


def _one(name: str, count: int) -> str:
    words = _WORDS.get(name)
    return ngettext(*words, count) if words else f"{number(count)} {name}"
