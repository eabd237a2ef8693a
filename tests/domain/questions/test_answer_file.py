"""Files that people answer with are told by their bytes."""

import pytest

from webapp.domain.questions.answer_file import JPEG, MOST_BYTES, PDF, PNG, file_name, kind_of_file, require_pdf
from webapp.domain.refusal import Refused

_HEAD = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
GOOD_PDF = _HEAD + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< >>\nstartxref\n%d\n%%%%EOF\n" % len(_HEAD)


@pytest.mark.parametrize(
    ("data", "kind"), [(GOOD_PDF, PDF), (b"\xff\xd8\xff\xe0rest", JPEG), (b"\x89PNG\r\n\x1a\nrest", PNG)]
)
def test_a_kind_is_seen_at_the_beginning(data, kind):
    assert kind_of_file(data) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_missing"),
        (b"MZ\x90", "answer_file_kind"),
        (b"<html>", "answer_file_kind"),
        (b"%PDF-" + b"x" * MOST_BYTES, "answer_file_too_large"),
    ],
)
def test_other_files_are_refused(data, code):
    with pytest.raises(Refused) as refused:
        kind_of_file(data)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (GOOD_PDF, None),
        (b"%PDF-1.4 and nothing else", "answer_file_broken"),
        (GOOD_PDF.replace(b"startxref\n", b"startxref\n9"), "answer_file_broken"),
        (GOOD_PDF[:-40], "answer_file_broken"),
        (GOOD_PDF.replace(b"/Type /Catalog", b"/JavaScript ()"), "answer_file_active"),
    ],
)
def test_a_pdf_is_one_to_its_end_and_brings_no_program(data, code):
    if code is None:
        require_pdf(data)
        return
    with pytest.raises(Refused) as refused:
        require_pdf(data)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("form.exe", "form.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\me\\my form.v2.pdf", "my form.v2.pdf"),
        ("", "file.pdf"),
        ("x" * 300, "x" * 116 + ".pdf"),
    ],
)
def test_a_file_is_named_after_what_it_is(sent, kept):
    assert file_name(sent, PDF) == kept
