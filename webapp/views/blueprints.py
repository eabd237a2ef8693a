"""The blueprints, in the order a reader meets them. `DEMO_BLUEPRINTS` exist in the demo only."""

from flask import Blueprint

from webapp.views import account, admin, certificate, demo, desk, health, hooks, operator, participant

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.blueprint,
    hooks.blueprint,
    participant.blueprint,
    account.blueprint,
    desk.blueprint,
    admin.blueprint,
    operator.blueprint,
    certificate.blueprint,
)
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = (demo.blueprint,)
