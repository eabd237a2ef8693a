"""Files for and from spreadsheets: the one writer of CSV, and reading text in the right encoding."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from webapp.domain.formula_guard import guard_formula
from webapp.domain.refusal import Refused

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
#: How the files of spreadsheet programs begin: a ZIP archive (.xlsx, .ods), or the older .xls.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet runs; None is an empty cell."""
    return "" if value is None else guard_formula(str(value))


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
    """Read bytes as text: by the byte order mark, by the given encoding, by the empty bytes of UTF-16, else as UTF-8.

    Nothing is guessed, because a wrong guess changes people's names. Raises Refused:
    `encoding_unknown`, `encoding_wrong` (with the line of the first bad byte), `file_is_workbook`.
    """
    if data.startswith(_WORKBOOKS):
        raise Refused("file_is_workbook")
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    chosen = marked or encoding or _unmarked_utf_16(data) or "utf-8"
    try:
        return Decoded(data.decode(chosen), "utf-8" if chosen == "utf-8-sig" else chosen)
    except LookupError:
        raise Refused("encoding_unknown", encoding=chosen[:40]) from None
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise Refused("encoding_wrong", encoding=chosen[:40], line=data.count(b"\n", 0, at) + 1) from None


def _unmarked_utf_16(data: bytes) -> str | None:
    """UTF-16 without its mark: headings are mostly Latin letters, so every other byte of them is empty."""
    head = data[:64]
    if len(head) < 8 or len(data) % 2:
        return None
    even, odd, most = head[0::2].count(0), head[1::2].count(0), len(head) // 4
    if even == 0 and odd >= most:
        return "utf-16-le"
    return "utf-16-be" if odd == 0 and even >= most else None
