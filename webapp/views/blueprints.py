"""The blueprints, in the order a reader meets them. `DEMO_BLUEPRINTS` exist in the demo only."""

from flask import Blueprint

from webapp.views import admin, certificate, demo, desk, health, hooks, mailed_links, participant

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.blueprint,
    hooks.blueprint,
    participant.blueprint,
    mailed_links.blueprint,  # and `account`, whose it is
    desk.blueprint,
    admin.blueprint,
    certificate.blueprint,
)
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = (demo.blueprint,)
