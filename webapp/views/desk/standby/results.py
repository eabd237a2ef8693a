"""The result for somebody without a seat at a desk with a standby line."""

from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.languages.words import gettext
from webapp.queries.desk.guest import Guest
from webapp.queries.desk.line import people_not_arrived
from webapp.queries.standby_line import places_in_standby
from webapp.views.addresses import url_for
from webapp.views.desk.result import Action, Result, Scene
from webapp.views.words.formatting import plural
from webapp.views.words.instants import clock_time


def in_line(scene: Scene, guest: Guest) -> Result:
    """Where the guest stands in the standby line, and what happens next; or that they left it."""
    position = places_in_standby(scene.event.id).get(guest.enrollment_id)
    if position is None:
        return _not_in_line(scene, guest)
    say = gettext("Arrived, standby position {position}", position=position)
    undo = Action(
        gettext("Take out of the line"), scene.url("leave_standby"), fields={"enrollment": guest.enrollment_id}
    )
    return Result("ask", "clock", say, guest.name, " ".join(_what_next(scene, guest)), (*_release(scene), undo))


def released(scene: Scene, guest: Guest) -> Result:
    """Their place was given away; at an open door they stand in the line."""
    return in_line(scene, guest) if scene.door.is_open else _not_in_line(scene, guest)


def _not_in_line(scene: Scene, guest: Guest) -> Result:
    is_released = guest.status == EnrollmentStatus.RELEASED
    say = gettext("Place given away") if is_released else gettext("On the waitlist, not in the standby line")
    more = gettext("Scan again, or press the button, when they are at the desk.") if scene.door.is_open else ""
    press = Action(
        gettext("Put in the standby line"), scene.url("tap"), fields={"enrollment": guest.enrollment_id}, solid=True
    )
    return Result("ask", "clock", say, guest.name, more, (press,) if scene.door.is_open else ())


def _what_next(scene: Scene, guest: Guest) -> list[str]:
    event = scene.event
    said = []
    if guest.status == EnrollmentStatus.RELEASED:
        said.append(gettext("Their place was given to someone who was waiting. The next free place is theirs."))
    missing = people_not_arrived(event.id)
    said.append(
        plural(missing, "{n} person with a place isn’t here yet.", "{n} people with a place aren’t here yet.")
        if missing
        else gettext("Everyone with a place is here.")
    )
    if missing and event.standby_at is not None and scene.now < event.standby_at:
        at = clock_time(event.standby_at, scene.tz)
        said.append(gettext("From {time}, their places can go to the line.", time=at))
    return said


def _release(scene: Scene) -> tuple[Action, ...]:
    """The way to the page that gives places to the line, for who may and when it may be done."""
    event = scene.event
    is_time = event.standby_at is not None and event.standby_at <= scene.now < event.effective_end_at
    if not is_time or not scene.may(Permission.GIVE_PLACE) or not scene.may(Permission.VIEW_ROSTER):
        return ()
    return (Action(gettext("Release places"), url_for("admin.standby", event_id=event.id), solid=True),)
