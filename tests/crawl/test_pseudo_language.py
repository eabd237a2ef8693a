"""Every page in the pseudo-language: what stays plain English was never handed to a translator."""

import pytest

from tests.crawl.conftest import ROLES, Stage
from tests.support.pages.words import data_of, untranslated

pytestmark = pytest.mark.xdist_group("crawl")
#: Mails stay as they were sent; what was typed into a search is nobody's message.
_NOT_OURS = ("/demo/", "q=nobody")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_page_says_a_word_that_is_not_translated(stage: Stage, role: str) -> None:
    crawl = stage.walked(role, "demo", language="en-XA")
    data = data_of(stage.file)
    pages = [page for page in crawl.pages if not any(part in page.address for part in _NOT_OURS)]

    plain = {text: page.address for page in pages for text in untranslated(page.html, data)}

    assert len(pages) > 5
    assert plain == {}, "\n".join(f"{text[:150]!r} {address}" for text, address in plain.items())
