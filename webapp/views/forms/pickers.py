"""What pickers of the browser show: values as they take them, time zones to choose from, long lists to search."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Flask

from webapp.domain.event_days import known_timezones
from webapp.domain.refusal import Refused
from webapp.views import request_time

#: More than so many options are searched, not scrolled through.
MOST_IN_A_SELECT = 12
_REGIONS = (
    "Africa",
    "America",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
    "Antarctica",
    "Arctic",
)
_MINUTE = 60
Options = Sequence[tuple[int, str]]


def register_pickers(app: Flask) -> None:
    """Give templates what the components of fields need."""
    app.jinja_env.filters["native"] = native_value
    app.jinja_env.globals.update(zone_options=zone_options, MOST_IN_A_SELECT=MOST_IN_A_SELECT)


def native_value(text: object, kind: str) -> str | None:
    """The value as an `<input>` of that type takes it; None for a text that such an input would throw away."""
    typed = "" if text is None else str(text).strip()
    if not typed:
        return ""
    try:
        if kind == "date":
            found = date.fromisoformat(typed).isoformat()
        elif kind == "time":
            found = time.fromisoformat(typed).isoformat("minutes")
        elif kind == "datetime-local":
            found = datetime.fromisoformat(typed).replace(tzinfo=None).isoformat(timespec="minutes")
        else:
            found = str(int(typed))
    except ValueError:
        return None
    return found if found == typed.replace(" ", "T") else None


def zone_options() -> list[tuple[str, str]]:
    """Every time zone that is named after a place, with what its clocks show now: ("Asia/Tokyo", "Tokyo, UTC+9")."""
    return _zones_at(request_time.now().replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=2)
def _zones_at(hour: datetime) -> list[tuple[str, str]]:
    names = sorted(name for name in known_timezones() if name.startswith(tuple(f"{one}/" for one in _REGIONS)))
    return [(name, f"{_city(name)}, {_offset(hour.astimezone(ZoneInfo(name)))}") for name in names]


def _city(name: str) -> str:
    return name.rpartition("/")[2].replace("_", " ")


def _offset(local: datetime) -> str:
    """UTC+5:30"""
    ahead = local.utcoffset()
    minutes = int(ahead.total_seconds()) // _MINUTE if ahead else 0
    hours, rest = divmod(abs(minutes), _MINUTE)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def told_apart(
    options: Iterable[tuple[int, str]], addresses: Mapping[int, str | None] | None = None
) -> list[tuple[int, str]]:
    """The same options, those with the same words by their address or else numbered, so that words name one of them.

    `addresses` are given only where whoever chooses may see them.
    """
    options, known = list(options), addresses or {}
    times = Counter(words for _, words in options)
    named = [
        (one, f"{words}, {known[one]}" if times[words] > 1 and known.get(one) else words) for one, words in options
    ]
    seen: Counter[str] = Counter()
    told = []
    for one, words in named:
        seen[words] += 1
        told.append((one, words if seen[words] == 1 else f"{words} ({seen[words]})"))
    return told


def with_present(options: list[tuple[int, str]], present: int | None, words: str | None) -> list[tuple[int, str]]:
    """The same options and the one that is chosen now, which may not be offered any more."""
    return options if present is None or present in dict(options) else [*options, (present, words or "")]


def choice_of(options: Options, refusal: str) -> Callable[[str], int]:
    """One of these by its id, or by its words as somebody picks them from a list that is searched."""
    known = {words.casefold(): one for one, words in told_apart(options)} | {str(one): one for one, _ in options}

    def parse(text: str) -> int:
        chosen = known.get(" ".join(text.split()).casefold())
        if chosen is None:
            raise Refused(refusal)
        return chosen

    return parse
