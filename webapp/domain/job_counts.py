"""What a run counted, in words: the same on the page, in a terminal and in the log."""

from collections.abc import Mapping

#: Name of a count -> one, many.
_WORDS = {
    "events": ("event", "events"),
    "attended": ("attended", "attended"),
    "no_show": ("no-show", "no-shows"),
    "reminders": ("reminder", "reminders"),
    "prompts": ("prompt planned", "prompts planned"),
    "silent": ("silent person recorded", "silent people recorded"),
    "classes": ("class activated", "classes activated"),
    "people": ("person began", "people began"),
    "sessions": ("online session", "online sessions"),
    "records": ("record written", "records written"),
    "needs_review": ("person to review", "people to review"),
    "online_check_ins": ("online check-in", "online check-ins"),
    "check_ins_taken_back": ("check-in taken back", "check-ins taken back"),
    "sessions_failed": ("session failed", "sessions failed"),
    "sign_ins": ("sign-in deleted", "sign-ins deleted"),
    "password_resets": ("password link deleted", "password links deleted"),
    "job_runs": ("old run deleted", "old runs deleted"),
}


def counted(counts: Mapping[str, int]) -> list[str]:
    """9 attended, 3 no-shows: one text for each count that is not 0, large numbers as 12,000."""
    return [_one(name, count) for name, count in counts.items() if count]


def _one(name: str, count: int) -> str:
    one, many = _WORDS.get(name, (name, name))
    return f"{count:,} {one if count == 1 else many}"
