"""Files for and from spreadsheets: the one writer of CSV, and reading text in the right encoding."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from webapp.domain.refusal import Refused

#: What a spreadsheet takes for the beginning of a formula; full-width forms are folded first.
_FORMULA = frozenset("=+-@")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet runs: a leading apostrophe before anything like a formula.

    The first visible character decides, whatever spaces, line breaks or invisible characters
    stand before it; a tab, CR or LF in front is dangerous by itself. None is an empty cell.
    """
    text = "" if value is None else str(value)
    if text[:1] in {"\t", "\r", "\n"}:
        return "'" + text
    for character in text:
        if character.isspace() or unicodedata.category(character) in {"Cf", "Cc", "Zl", "Zp"}:
            continue
        folded = unicodedata.normalize("NFKC", character)
        return "'" + text if folded[:1] in _FORMULA else text
    return text


def csv_line(values: Iterable[object]) -> str:
    """One record: every cell quoted and safe, ended by CR LF."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([safe_cell(value) for value in values])
    return line.getvalue()


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a file and the encoding it was read in."""

    text: str
    encoding: str


def decode_text(data: bytes, encoding: str | None = None) -> Decoded:
    """Read bytes as text: by the byte order mark, by the given encoding, else as UTF-8.

    Nothing is guessed, because a wrong guess changes people's names. Raises Refused:
    `encoding_unknown`, `encoding_wrong` (with the line of the first bad byte).
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    chosen = marked or encoding or "utf-8"
    try:
        return Decoded(data.decode(chosen), "utf-8" if chosen == "utf-8-sig" else chosen)
    except LookupError:
        raise Refused("encoding_unknown", encoding=chosen[:40]) from None
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise Refused("encoding_wrong", encoding=chosen[:40], line=data.count(b"\n", 0, at) + 1) from None
