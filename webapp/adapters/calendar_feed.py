"""Many events as one calendar that programs fetch again and again (RFC 5545, RFC 7986)."""

from collections.abc import Iterable, Sequence

from icalendar import Calendar

from webapp.adapters.calendar import CalendarEntry, calendar_event, printable, zone_rules

#: How often a program may ask again.
_REFRESH = "PT1H"


def calendar_feed(name: str, entries: Sequence[CalendarEntry]) -> bytes:
    """The calendar of that name. The same entries are the same bytes at any time."""
    head = Calendar()
    head.add("version", "2.0")
    head.add("prodid", "-//Turnout//Feed//EN")
    head.add("method", "PUBLISH")
    for field in ("name", "x-wr-calname"):
        head.add(field, printable(name))
    head.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"}, encode=False)
    head.add("x-published-ttl", _REFRESH)
    begun, _, _ = head.to_ical().partition(b"END:VCALENDAR")
    events = [calendar_event(entry) for entry in entries]
    used = (entry for entry, event in zip(entries, events, strict=True) if "TZID" in event["DTSTART"].params)
    return b"".join([begun, *_rules(used), *(event.to_ical() for event in events), b"END:VCALENDAR\r\n"])


def _rules(entries: Iterable[CalendarEntry]) -> Iterable[bytes]:
    """Each zone once, for all the years in which something is on."""
    years: dict[str, tuple[int, int]] = {}
    for entry in entries:
        first, last = years.get(entry.timezone, (entry.starts_at.year, entry.ends_at.year))
        years[entry.timezone] = (min(first, entry.starts_at.year), max(last, entry.ends_at.year))
    return (zone_rules(zone, first - 1, last + 1) for zone, (first, last) in sorted(years.items()))
