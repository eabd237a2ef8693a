"""How a pasted list is read: every line is somebody, a domain, or named as wrong."""

import pytest

from webapp.domain.places.access_list import EntryKind, read_entries
from webapp.domain.refusal import Refused


def clean(text: str) -> str:
    name, at, domain = text.strip().lower().partition("@")
    if not (name and at and "." in domain) or " " in text.strip():
        raise Refused("email_invalid", email=text)
    return f"{name}@{domain}"


A, D = EntryKind.ADDRESS, EntryKind.DOMAIN
CASES = [
    ("an address", "Ana@Post.example", [(1, A, "ana@post.example")]),
    ("a name beside it", "Ana Silva <ana@post.example>", [(1, A, "ana@post.example")]),
    ("cells", "Silva;Ana;ana@post.example", [(1, A, "ana@post.example")]),
    ("a domain", "@Studio.example", [(1, D, "studio.example")]),
    ("a domain with a star", "*@studio.example", [(1, D, "studio.example")]),
    ("empty lines count", "\n\n ana@post.example \n", [(3, A, "ana@post.example")]),
    ("twice is once", "ana@post.example\nANA@post.example", [(1, A, "ana@post.example")]),
    ("several in a line", "a@post.example, b@post.example", [(1, A, "a@post.example"), (1, A, "b@post.example")]),
    ("an address and its domain", "a@x.example\n@x.example", [(1, A, "a@x.example"), (2, D, "x.example")]),
    ("no address", "Ana Silva", [(1, None, "")]),
    ("half a domain", "@studio", [(1, None, "")]),
    ("nothing before it", "a@post.example\n@", [(1, A, "a@post.example"), (2, None, "")]),
]


@pytest.mark.parametrize(("text", "found"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_list_is_read_line_by_line(text, found):
    entries = read_entries(text, clean)
    assert [(one.number, one.kind, one.value) for one in entries] == found
    assert [one.problem is None for one in entries] == [kind is not None for _, kind, _ in found]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  \n ", "nobody_pasted"),
        ("\n".join(f"p{n}@post.example" for n in range(501)), "too_many_lines"),
        (", ".join(f"p{n}@post.example" for n in range(501)), "too_many_lines"),
    ],
)
def test_what_is_no_list_is_refused(text, code):
    with pytest.raises(Refused, match=code):
        read_entries(text, clean)
