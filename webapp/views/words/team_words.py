"""What each role of a team may do, and what happened in the team, in words."""

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import Row

from webapp.domain.people.team import TeamChangeKind
from webapp.domain.permission import Role
from webapp.languages.role_names import role_name, roles_in_words
from webapp.languages.words import N_, gettext

MAY: Mapping[Role, str] = {
    Role.OWNER: N_("Everything, including making other people owners. There is always at least one."),
    Role.ADMIN: N_("Everything else: team, facilities, settings, overriding outcomes."),
    Role.ORGANIZER: N_("Events, classes, desks, reports."),
    Role.TEACHER: N_("Their own classes: roll call, sessions, reports. Joins their online sessions as host."),
    Role.DESK: N_("Any check-in desk, nothing else."),
    Role.VIEWER: N_("Can read rosters and reports, can’t change anything."),
}


def team_change_words(change: Row) -> str:
    """Dana Kim changed Mei Chen from Desk to Organizer at Hafen Studio."""
    values = {"actor": change.actor, "person": change.person}
    if change.kind == TeamChangeKind.LEFT:
        return gettext("{person} left the team", **values)
    if change.kind == TeamChangeKind.JOINED:
        return gettext("{person} joined the team as {after}", after=roles_in_words(change.after), **values)
    if change.kind == TeamChangeKind.REMOVED:
        return gettext("{actor} removed {person} from the team", **values)
    before, after = roles_in_words(change.before), roles_in_words(change.after)
    return gettext("{actor} changed {person} from {before} to {after}", before=before, after=after, **values)


def register_team_words(app: Flask) -> None:
    """Make the words available in templates."""
    for say in (role_name, roles_in_words, team_change_words):
        app.jinja_env.globals[say.__name__] = say
