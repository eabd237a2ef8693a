"""A file that somebody answers with: what is taken in, looked at by its bytes and not by its name."""

import re

from webapp.domain.refusal import Refused

MOST_BYTES = 5 * 1024 * 1024
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
#: What a browser offers to choose.
ACCEPTED = f"{PDF},{JPEG},{PNG}"
_ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
_NAME_LIMIT = 120
#: What file systems do not take in a name.
_NO_NAME = frozenset('/\\:*?"<>|')
#: A PDF says that it is one near its start, and where its table is near its end.
_HEAD, _TAIL = 1024, 2048
_TABLE_AT = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF")
_TABLE = re.compile(rb"\s*(?:xref\b|[0-9]+\s+[0-9]+\s+obj\b)")
_RUNS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")


def kind_of_file(data: bytes) -> str:
    """Its media type. Refuses `file_missing`, `answer_file_too_large` and `answer_file_kind` (none of the three)."""
    if not data:
        raise Refused("file_missing")
    if len(data) > MOST_BYTES:
        raise Refused("answer_file_too_large", most=MOST_BYTES // 1024 // 1024)
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if b"%PDF-" in data[:_HEAD]:
        return PDF
    raise Refused("answer_file_kind")


def require_picture(data: bytes) -> None:
    """Refuse what is no JPEG or PNG (`answer_file_kind`), besides what `kind_of_file` refuses."""
    if kind_of_file(data) == PDF:
        raise Refused("answer_file_kind")


def require_pdf(data: bytes) -> None:
    """Refuse what only begins like a PDF (`answer_file_broken`), and one that brings programs or files with it
    (`answer_file_active`)."""
    found = _TABLE_AT.search(data[-_TAIL:])
    start = data.find(b"%PDF-")
    if found is None or start < 0 or not _TABLE.match(data, start + int(found.group(1))):
        raise Refused("answer_file_broken")
    if any(mark in data for mark in _RUNS):
        raise Refused("answer_file_active")


def file_name(sent: str, mimetype: str) -> str:
    """The name under which it is kept, with the ending that its content has."""
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rpartition(".")[0] or last
    clean = " ".join("".join(sign for sign in stem if sign.isprintable() and sign not in _NO_NAME).split())
    return (clean[: _NAME_LIMIT - 4] or "file") + _ENDINGS[mimetype]
