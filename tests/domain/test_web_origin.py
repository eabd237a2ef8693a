"""Which sites can be named, and what becomes of what people type."""

import pytest

from webapp.domain.refusal import Refused
from webapp.domain.web_origin import MOST_ORIGINS, require_origin, require_origins


@pytest.mark.parametrize(
    "typed, origin",
    [
        ("https://www.example.org", "https://www.example.org"),
        (" www.Example.org ", "https://www.example.org"),
        ("https://example.org/events?x=1#top", "https://example.org"),
        ("https://example.org:443/", "https://example.org"),
        ("https://example.org:8443", "https://example.org:8443"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_an_address_names_its_site(typed, origin):
    assert require_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "http://example.org",
            "https://",
            "https://*.example.org",
            "*",
            "'self'",
            "https://example",
            "data:text/html,x",
        ),
        *("https://a.org; script-src *", "https://a.org https://b.org", "https://a.org,b.org", "https://user@a.org"),
        *("https://a.org:99999", "https://127.0.0.1", "https://[::1]", "https://a..org", "javascript:alert(1)"),
        *("https://" + "a" * 64 + ".org", "https://" + "a." * 140 + "org", "https://a.org\r\nX: y", "https://-a.org"),
    ],
)
def test_what_is_no_site_is_refused(typed):
    with pytest.raises(Refused, match="origin_invalid"):
        require_origin(typed)


def test_a_site_counts_once_and_there_are_only_so_many():
    assert require_origins("https://a.org\n\nA.org/x\r\nhttps://b.org") == ("https://a.org", "https://b.org")
    with pytest.raises(Refused, match="too_many_origins"):
        require_origins("\n".join(f"https://a{n}.org" for n in range(MOST_ORIGINS + 1)))
