"""The words of a page that people read, and which of them are neither data nor translated."""

import re
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from babel.dates import get_day_names, get_month_names

from webapp.domain.event_days import known_timezones
from webapp.languages.kept_texts import kept_text
from webapp.languages.language import PSEUDO_TAG, speaking

#: Attributes that are read aloud or shown.
_SAID = {"aria-label", "placeholder", "title", "alt", "aria-description"}
_SILENT = {"script", "style", "svg", "template"}
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]")
_FEWEST_LETTERS = 3
#: An address, a form's word or a code.
_NO_WORD = set("@/=0123456789")
#: Names of ours, of formats, keys and languages, the same in every language.
_OURS = {
    "english",
    "pseudo-english",
    "turnout",
    "redis",
    "sqlite",
    "postgresql",
    "utc",
    "csv",
    "png",
    "ics",
    "json",
    "min",
    "rrule",
    "enter",
    "esc",
    "ctrl",
    "utf",
}
#: How CLDR writes days, months, lists and distances: no messages of ours.
_CALENDAR = {
    name.lower()
    for names in (get_month_names, get_day_names)
    for width in ("wide", "abbreviated")
    for name in names(width, locale="en_GB").values()
} | {"ago", "day", "days", "hour", "hours", "minute", "minutes", "and"}
_SAME_EVERYWHERE = _OURS | _CALENDAR
_A_NAME = 60
#: Who wrote a text is said by its row, where the product writes there, too.
_WRITTEN_BY_PEOPLE = {
    "users WHERE NOT is_system": "name",
    "organizations": "name, slug, contact_email, description, suspended_because",
    "operator_changes": "before, after, reason",
    "organization_requests": "name, facility, note",
    "facilities": "name, address",
    "events": "title, description, place, cancel_reason",
    "event_series": "title",
    "event_series_changes": "reason",
    "mailings": "subject, body",
    "programs": "name, description",
    "program_classes": "title, description",
    "class_changes": "reason",
    "rooms": "name",
    "meeting_sessions": "title, room_name",
    "session_reports": "marked_reason",
    "session_marks": "reason",
    "class_session_changes": "reason",
    "room_guests": "name, identity",
    "helper_links": "name, desk",
    "check_ins": "desk",
    "enrollment_transitions WHERE triggered_by <> 'system'": "reason",
    "check_in_reversals": "reason",
    "facility_moves": "reason",
    "attendance_responses": "comment",
    "notifications": "title",
}


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.said += [value for name, value in attrs if name in _SAID and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(data)


def said_by(html: str) -> list[str]:
    """Every text of the page that is shown or read aloud."""
    return [" ".join(said.split()) for said in _Reader(html).said]


def untranslated(html: str, data: re.Pattern[str]) -> list[str]:
    """Texts of a page in the pseudo-language in which a plain word is left when the data is taken out."""
    return [" ".join(said.split()) for said in _Reader(html).said if _found(said) and _found(data.sub(" ", said))]


def _found(said: str) -> list[str]:
    """Plain words; addresses, codes and what has accents are none."""
    parts = [
        part for part in said.split() if part.isascii() and not part.isupper() and not set(part) & set("@/=0123456789")
    ]
    words = [word.lower() for part in parts for word in _WORD.findall(part) if len(word) >= _FEWEST_LETTERS]
    return [word for word in words if word not in _SAME_EVERYWHERE]


def _is_ours(value: str) -> bool:
    """Kept in a row, but written by the product: said in every language."""
    with speaking(PSEUDO_TAG):
        return kept_text(value) != value


_MARKS = re.compile(r"[*_`\n]+|^- |^#+ ", re.MULTILINE)


def data_of(file: Path, *typed: str) -> re.Pattern[str]:
    """What people named and wrote themselves, countries, and cities that zones are named after, as whole words.

    `typed` are texts that were sent and are in no row.
    """
    with sqlite3.connect(file) as connection:
        values = [
            value
            for table, columns in _WRITTEN_BY_PEOPLE.items()
            for row in connection.execute(f"SELECT {columns} FROM {table}")
            for value in row
            if value and not _is_ours(value)
        ]
    cities = {zone.rsplit("/", 1)[-1].replace("_", " ") for zone in known_timezones()}
    cities |= {name for tag in ("en", "en_GB") for name in Locale.parse(tag).territories.values()}
    # A description is Markdown: its page shows what stands between the marks.
    lines = {
        line.strip()
        for value in (*values, *typed)
        for line in (value, *value.splitlines(), *_MARKS.split(value))
        if len(line.strip()) >= _FEWEST_LETTERS
    }
    parts = {word for value in values if len(value) < _A_NAME for word in value.split() if word[0].isupper()}
    known = sorted(lines | parts | cities, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)")
