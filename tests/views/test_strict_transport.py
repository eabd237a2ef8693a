"""How long, and for which names, browsers keep to HTTPS: production alone says so, subdomains only when asked to."""

from dataclasses import replace

import pytest

from webapp import create_app
from webapp.config import Environment

pytestmark = pytest.mark.only_db("sqlite")


@pytest.mark.parametrize(
    ("environment", "subdomains", "said"),
    [
        (Environment.DEMO, True, None),
        (Environment.PRODUCTION, False, "max-age=63072000"),
        (Environment.PRODUCTION, True, "max-age=63072000; includeSubDomains"),
    ],
)
def test_subdomains_are_left_alone_unless_asked_for(settings, environment, subdomains, said):
    app = create_app(replace(settings, environment=environment, hsts_subdomains=subdomains))
    unreadable, _ = app.extensions["answer_unreadable"](400)

    assert app.test_client().get("/healthz").headers.get("Strict-Transport-Security") == said
    assert dict(unreadable).get("Strict-Transport-Security") == said
