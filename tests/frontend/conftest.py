"""An app that is only a frame: the real templates and static files, and no product behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_wtf import CSRFProtect

from tests.frontend.sources import STATIC, TEMPLATES
from webapp.views.admin.rail import is_of_operator, rail_entry
from webapp.views.forms.pickers import register_pickers
from webapp.views.http.assets import register_assets
from webapp.views.template_environment import TemplateEnvironment
from webapp.views.words.formatting import register_formatting

NOW = datetime(2026, 6, 20, 7, 42, tzinfo=UTC)
LINKED = {
    "participant.events": "/events",
    "participant.my_events": "/me",
    "participant.legal": "/legal",
    "participant.history": "/me/history",
    "participant.settings": "/me/settings",
    "participant.notifications": "/notifications",
    "account.sign_in": "/login",
    "account.sign_out": "/logout",
    "desk.start": "/desk",
    "admin.events": "/admin/events",
    "admin.start": "/admin",
    "admin.jobs": "/admin/jobs",
    "admin.audit": "/admin/audit",
    "admin.mails": "/admin/mails",
    "admin.organization": "/admin/organization",
    "admin.programs": "/admin/programs",
    "admin.classes": "/admin/classes",
    "admin.facilities": "/admin/facilities",
    "admin.activations": "/admin/activations",
    "demo.clock": "/demo/clock",
    "demo.mailbox": "/demo/mailbox",
}


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in."""

    name: str = "Mira <b>Sand</b>"
    initials: str = "MS"
    watches_jobs: bool = True
    runs_desk: bool = True
    organizes: bool = True
    unread: int = 120

    def organizations_with(self, permission: str) -> list[int]:
        """All of them: an admin."""
        return [1]

    organizations_touched = organizations_with


@pytest.fixture
def frame() -> Iterator[Flask]:
    app = Flask("frame", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.jinja_environment = TemplateEnvironment
    app.config.update(SECRET_KEY="of the frame", TESTING=True)
    CSRFProtect(app)
    register_assets(app)
    register_formatting(app)
    register_pickers(app)
    app.add_template_global(rail_entry)
    app.add_template_global(is_of_operator)
    for endpoint, address in LINKED.items():
        app.add_url_rule(address, endpoint, lambda: "")
    yield app
