"""Files for and from spreadsheets: the one writer of CSV, and reading text in the right encoding."""

import csv
import io
import zipfile
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
#: Of a workbook: sheets and rows that are looked at, and bytes when it is unpacked.
_SHEETS, MOST_SHEET_ROWS, _MOST_UNPACKED = 20, 50_000, 64 * 1024 * 1024
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


def read_table_text(data: bytes) -> Decoded:
    """The text of a table, whether it came as text or as a workbook (.xlsx; its fullest sheet).

    Raises Refused: what `decode_text` raises, `workbook_broken`, `workbook_too_large`.
    """
    if not data.startswith(_WORKBOOKS[0]):
        return decode_text(data)
    return Decoded(_workbook_text(data), "xlsx")


def _workbook_text(data: bytes) -> str:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 -- few processes need it

    _require_sane_archive(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name).to_python(nrows=MOST_SHEET_ROWS) for name in book.sheet_names[:_SHEETS]]
    except (CalamineError, ValueError, OSError):
        raise Refused("workbook_broken") from None
    fullest = max(sheets, key=lambda rows: sum(any(cell != "" for cell in row) for row in rows), default=[])
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([_cell_text(cell) for cell in row] for row in fullest)
    return text.getvalue()


def _require_sane_archive(data: bytes) -> None:
    """Refuse an archive that would fill the memory when it is unpacked, before anybody unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        raise Refused("workbook_broken") from None
    if unpacked > _MOST_UNPACKED:
        raise Refused("workbook_too_large")


def _cell_text(cell: object) -> str:
    """A number without the fraction that it does not have: a workbook keeps 7 as 7.0."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text.replace("\0", "")


def _unmarked_utf_16(data: bytes) -> str | None:
    """UTF-16 without its mark: headings are mostly Latin letters, so every other byte of them is empty."""
    head = data[:64]
    if len(head) < 8 or len(data) % 2:
        return None
    even, odd, most = head[0::2].count(0), head[1::2].count(0), len(head) // 4
    if even == 0 and odd >= most:
        return "utf-16-le"
    return "utf-16-be" if odd == 0 and even >= most else None
