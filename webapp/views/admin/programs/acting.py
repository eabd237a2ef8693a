"""Who acts on programs and classes, and which programs they may."""

from typing import Any

from flask import Response, make_response, render_template

from webapp.domain.permission import Permission, Reach
from webapp.domain.refusal import Refused
from webapp.queries.classes.program import ProgramFacts, program_by_id
from webapp.views.guards import the_actor

MANAGE = Permission.MANAGE_CLASSES


def managed() -> Reach:
    """Everything whose classes the actor manages."""
    return the_actor().reach(MANAGE)


def load_program(program_id: int) -> ProgramFacts:
    """A program of an organization all of whose classes the actor manages, or `not_found`."""
    program = program_by_id(program_id)
    if program is None or not the_actor().can(MANAGE, program.organization_id):
        raise Refused("not_found")
    return program


def load_open_program(program_id: int, permission: Permission) -> ProgramFacts:
    """A program of an organization in which the actor has the permission somewhere, or `not_found`."""
    program = program_by_id(program_id)
    if program is None or not the_actor().works_in(permission, program.organization_id):
        raise Refused("not_found")
    return program


def page(template: str, status: int = 200, /, **values: Any) -> Response:
    """A whole page, with its status."""
    return make_response(render_template(template, **values), status)
