"""The blueprints, in the order a reader meets them. `DEMO_BLUEPRINTS` exist in the demo only."""

from flask import Blueprint

from webapp.views import health

BLUEPRINTS: tuple[Blueprint, ...] = (health.blueprint,)
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = ()
