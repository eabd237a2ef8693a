"""The installation: how it is set up, and the pages of who operates it."""

from webapp.views.operator import health, organizations, people, requests, set_up
from webapp.views.operator.blueprint import blueprint

__all__ = ["blueprint", "health", "organizations", "people", "requests", "set_up"]
