"""A file that a page keeps in a form field."""

import base64
import zlib

import pytest

from webapp.domain.kept_file import keep_file, open_kept_file
from webapp.domain.refusal import Refused


@pytest.mark.parametrize("data", [b"", b"Name\r\nAna\rBen\n", "\ufeffJosé;Ω".encode("utf-16"), bytes(range(256))])
def test_a_kept_file_comes_back_byte_for_byte(data: bytes) -> None:
    assert open_kept_file(keep_file(data), most=1_000) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "....",
        "Name,Email",
        keep_file(b"Name,Email")[:-6],
        base64.urlsafe_b64encode(b"Name").decode(),
        base64.urlsafe_b64encode(zlib.compress(bytes(50_000_000), 9)).decode(),
    ],
)
def test_what_no_page_kept_is_refused_and_never_unpacked_whole(text: str) -> None:
    with pytest.raises(Refused) as refused:
        open_kept_file(text, most=1_000)
    assert refused.value.code == "kept_file_broken"
