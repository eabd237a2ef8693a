"""Signed links: one purpose, one end, one spelling; anything else is no link."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.adapters.signed_link import LONGEST_LINK, LinkPurpose, read, sign
from webapp.domain.refusal import Refused

KEYS = ("k" * 40,)
END = datetime(2026, 6, 24, 12, 0, 0, 250_000, tzinfo=UTC)
LINK = sign(KEYS, LinkPurpose.ANSWER, user=5, event=7, expires_at=END)


def refusal(token: str, *, keys=KEYS, purpose=LinkPurpose.ANSWER, now=END) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as refused:
        read(keys, purpose, token, now)
    return refused.value.code, refused.value.facts


def test_a_link_says_what_was_signed_until_the_last_instant():
    assert read(KEYS, LinkPurpose.ANSWER, LINK, END) == {"user": 5, "event": 7}
    assert refusal(LINK, now=END + timedelta(microseconds=1)) == ("link_expired", {"user": 5, "event": 7})


def test_a_link_without_an_end_never_ends():
    token = sign(KEYS, LinkPurpose.UNSUBSCRIBE, user=5)

    assert read(KEYS, LinkPurpose.UNSUBSCRIBE, token, END + timedelta(days=36_500)) == {"user": 5}


@pytest.mark.parametrize(
    ("purpose", "token", "claims"),
    [
        (
            LinkPurpose.ANSWER,
            "eyJ1c2VyIjo1LCJldmVudCI6NywidW50aWwiOjE3ODIzMDI0MDAyNTAwMDB9.7swZl661qfKTqx0EzxPOb14V8uu1gHEBX3ViCmuWuxA",
            {"user": 5, "event": 7},
        ),
        (
            LinkPurpose.UNSUBSCRIBE,
            "eyJwZXJzb24iOjUsIm9yZ2FuaXphdGlvbiI6N30.Cg8jvscRIVZMsD_tAJTtnH7ZvErAwhMIZ2iqfXU9iBk",
            {"person": 5, "organization": 7},
        ),
        (
            LinkPurpose.ANSWER,
            ".eJyrViotTi1SsjLVUcrLL0lVslJKpAAo1QIAbIYcyw.R_sbRrPZKWOcckGsyd2xkW5DyWmtgXA-qnaZrj1o01g",
            {"user": 5, "note": "a" * 60},
        ),
    ],
    ids=["with an end", "without", "packed, as long ones once were"],
)
def test_a_link_in_a_mail_of_the_first_release_still_reads(purpose, token, claims):
    assert read(KEYS, purpose, token, END) == claims


def test_a_link_of_another_purpose_is_none():
    for purpose in set(LinkPurpose) - {LinkPurpose.ANSWER}:
        assert refusal(LINK, purpose=purpose) == ("link_invalid", {})


def test_a_link_survives_a_new_key_and_not_the_loss_of_its_own():
    assert read(("n" * 40, *KEYS), LinkPurpose.ANSWER, LINK, END) == {"user": 5, "event": 7}
    assert refusal(LINK, keys=("n" * 40,)) == ("link_invalid", {})


def test_the_present_key_is_the_one_that_signs():
    token = sign(("n" * 40, *KEYS), LinkPurpose.ANSWER, user=5)

    assert read(("n" * 40,), LinkPurpose.ANSWER, token, END) == {"user": 5}
    assert refusal(token) == ("link_invalid", {})


def test_a_link_in_which_any_one_character_is_another_is_none():
    letters = "AB9-_."
    for at in range(len(LINK)):
        for letter in set(letters) - {LINK[at]}:
            assert refusal(LINK[:at] + letter + LINK[at + 1 :]) == ("link_invalid", {}), at


def test_the_last_letter_has_one_spelling():
    """Base64 reads only some bits of it: a library that is not asked for one spelling takes four."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    works = [letter for letter in alphabet if letter != LINK[-1] and _reads(LINK[:-1] + letter)]

    assert works == []


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "x",
        "a.b",
        LINK + "=",
        LINK + "\n",
        " " + LINK,
        LINK.rpartition(".")[0],
        "." + LINK,
        "é" * 20,
        "\ud800",
        "x" * (LONGEST_LINK + 1),
        LINK.upper(),
        LINK + LINK,
    ],
)
def test_what_is_no_link_is_refused(token):
    assert refusal(token) == ("link_invalid", {})


def _reads(token: str) -> bool:
    try:
        read(KEYS, LinkPurpose.ANSWER, token, END)
    except Refused:
        return False
    return True
