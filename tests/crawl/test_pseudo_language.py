"""Every page in the pseudo-language: what stays plain English was never handed to a translator."""

from collections.abc import Sequence

import pytest

from tests.crawl.conftest import ROLES, Stage
from tests.support.browsers.crawling import Visited
from tests.support.pages.words import data_of, untranslated
from webapp.domain.notices.placeholders import Placeholder

pytestmark = pytest.mark.xdist_group("crawl")
#: Mails stay as they were sent; what was typed into a search is nobody's message.
#: The name and cells of the guest list that the walk sends.
#: Placeholders are the same in every language.
_SENT = (
    "people.csv",
    "email: ada@lovelace.example",
    "name: Ada Lovelace",
    "Ada Lovelace",
    *(f"{{{one.value}}}" for one in Placeholder),
)
#: Values of settings are what the environment says.
_NOT_OURS = ("/demo/", "q=nobody", "/operator/settings")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_page_says_a_word_that_is_not_translated(stage: Stage, role: str) -> None:
    crawl = stage.walked(role, "demo", language="en-XA")

    assert len(crawl.pages) > 5
    assert plain_words(stage, crawl.answers) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.long if role == "organizer" else ()) for role in ROLES]
)
def test_no_answer_to_a_form_says_a_word_that_is_not_translated(stage: Stage, role: str) -> None:
    """Every form emptied, then as it stands: refusals, what is flashed, and parts that htmx puts into a page."""
    crawl = stage.walked(role, "demo", language="en-XA")
    stage.show("demo")
    crawl.client.close()
    crawl.client = stage.enter(role)
    crawl.client.headers["Accept-Language"] = "en-XA"
    before = len(crawl.answers)

    crawl.send_forms()

    assert len(crawl.answers) > before
    assert plain_words(stage, crawl.answers) == ""


def plain_words(stage: Stage, pages: Sequence[Visited]) -> str:
    data = data_of(stage.file, *_SENT)
    ours = [page for page in pages if not any(part in page.address for part in _NOT_OURS)]
    plain = {text: page.address for page in ours for text in untranslated(page.html, data)}
    return "\n".join(f"{text[:150]!r} {address}" for text, address in plain.items())
