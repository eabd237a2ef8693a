"""The start page of whoever has a role: each sees what their roles reach."""

from typing import Any

from flask import render_template

from webapp.domain.event_days import local_date
from webapp.domain.permission import Actor, Permission, Reach
from webapp.queries.classes.sessions_to_mark import sessions_around
from webapp.queries.events.day_events import DayEvent, events_ahead, events_today, has_events
from webapp.queries.online.sessions_to_host import sessions_to_host
from webapp.queries.organizations.team import members_of
from webapp.queries.organizations.workplace import Workplace, workplaces
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.start.coming import forecasts_of
from webapp.views.admin.start.figures import figures_of
from webapp.views.admin.start.places import zone_of
from webapp.views.admin.start.today import happenings
from webapp.views.admin.start.waiting import waiting_lines
from webapp.views.guards import staff, the_actor
from webapp.views.words.instants import date_in_words


@blueprint.get("")
@staff(Permission.VIEW_ROSTER, Permission.VIEW_CLASSES, Permission.RUN_DESK)
def start() -> str:
    """What is on today, what waits for this person, what comes in the next 14 days, and the last months in numbers."""
    actor, now = the_actor(), request_time.now()
    places = workplaces(actor.grants)
    zone = zone_of(places, actor)
    meetings = sessions_around(actor.reach(Permission.VIEW_CLASSES), actor.user_id, now)
    hosted = sessions_to_host(actor.reach(Permission.HOST_SESSIONS), now)
    today = happenings(actor, events_today(at_the_door(actor), now), meetings.today, hosted, now)
    coming, coming_total = events_ahead(actor.reach(Permission.VIEW_ROSTER), now)
    sees_events = bool(actor.organizations_touched(Permission.VIEW_ROSTER))
    waiting = waiting_lines(actor, meetings.overdue, now)
    return render_template(
        "admin/start/start.html",
        zone=zone,
        heading=date_in_words(local_date(now, zone), width="wide"),
        organizations=list(dict.fromkeys(place.organization_name for place in places)),
        today=today,
        waiting=waiting,
        is_asked=any(actor.organizations_touched(one) for one in (Permission.MANAGE_EVENTS, Permission.CALL_ROLL)),
        coming=coming,
        coming_total=coming_total,
        expected=forecasts_of(coming, now),
        sees_events=sees_events,
        **(figures_of(actor, places, zone) if sees_events else {}),
        can_create=bool(set(actor.organizations_touched(Permission.MANAGE_EVENTS)) - actor.suspended.keys()),
        first_steps=_first_steps(actor, places, coming=coming, is_busy=bool(today or waiting)),
    )


def at_the_door(actor: Actor) -> Reach:
    """Events whose desk this person may run, or whose people they may see."""
    desk, roster = actor.reach(Permission.RUN_DESK), actor.reach(Permission.VIEW_ROSTER)
    return Reach(desk.organizations | roster.organizations, desk.facilities | roster.facilities)


def _first_steps(
    actor: Actor, places: list[Workplace], *, coming: list[DayEvent], is_busy: bool
) -> dict[str, Any] | None:
    """What to do first, for who may do it and while there is no event; else None."""
    reach = actor.reach(Permission.MANAGE_EVENTS)
    if coming or is_busy or not reach.organizations or has_events(reach):
        return None
    organization_id = next(place.organization_id for place in places if place.organization_id in reach.organizations)
    return {
        "organization_id": organization_id,
        "organization": next(one.organization_name for one in places if one.organization_id == organization_id),
        "facility": next((one.facility_name for one in places if one.organization_id == organization_id), None),
        "has_team": len(members_of(organization_id)) > 1,
        "runs_it": actor.can(Permission.MANAGE_ORGANIZATION, organization_id),
        "invites": actor.can(Permission.MANAGE_TEAM, organization_id),
        "adds_people": actor.can(Permission.MANAGE_CLASSES, organization_id),
    }
