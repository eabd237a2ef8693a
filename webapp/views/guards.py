"""Every route names its guard. A route without one is not served, and a test says so.

A guard says which kind of person may come in at all; which object they may see is decided
by loading it (`views.loading`): what an actor may not see is not found.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from flask import Response, abort, current_app, make_response, redirect, request, url_for

from webapp.domain.permission import Actor, Permission
from webapp.domain.refusal import Refused
from webapp.extensions import csrf
from webapp.queries.people.actor import SignedIn
from webapp.views.current_actor import current_actor, current_helper, current_sign_in

View = Callable[..., Any]


def public(view: View) -> View:
    """Anybody, signed in or not."""
    return _guarded(view, "public", lambda: None)


def signed_in(view: View) -> View:
    """Any signed-in person."""
    return _guarded(view, "signed_in", _require_person)


def any_session(view: View) -> View:
    """Whoever is signed in, also to an account that opens only once its address is proved."""
    return _guarded(view, "any_session", lambda: ask_to_sign_in() if current_sign_in() is None else None)


def staff(*permissions: Permission) -> Callable[[View], View]:
    """Somebody who has one of these permissions somewhere in at least one organization."""

    def check() -> Response | None:
        refused = _require_staff()
        if refused is not None:
            return refused
        actor = the_actor()
        touched = {id_ for one in permissions for id_ in actor.organizations_touched(one)}
        if not touched:
            abort(403)
        _require_one_open(actor, touched)
        return None

    return lambda view: _guarded(view, f"staff:{'|'.join(permissions)}", check)


def job_watcher(view: View) -> View:
    """Whoever may look at job runs and start them again: the operator, and organizations' admins."""

    def check() -> Response | None:
        refused = _require_staff()
        if refused is not None:
            return refused
        if not the_actor().watches_jobs:
            abort(403)
        return None

    return _guarded(view, "job_watcher", check)


def merges_people(view: View) -> View:
    """Staff who may merge people somewhere, and the operator; the view asks where."""

    def check() -> Response | None:
        refused = _require_staff()
        if refused is not None:
            return refused
        actor = the_actor()
        if not (actor.is_operator or actor.organizations_touched(Permission.MERGE_PEOPLE)):
            abort(403)
        return None

    return _guarded(view, "merges_people", check)


def operator_only(view: View) -> View:
    """Who operates the installation."""

    def check() -> Response | None:
        refused = _require_staff()
        if refused is not None:
            return refused
        if not the_actor().is_operator:
            abort(403)
        return None

    return _guarded(view, "operator", check)


def desk_crew(view: View) -> View:
    """Staff, or a helper with a living link; `views.loading.load_desk` checks the event."""

    def check() -> Response | None:
        helper = current_helper()
        refused = None if helper is not None else _require_staff()
        if refused is not None:
            return refused
        if helper is not None and current_actor() is None:
            _require_one_open(helper, helper.suspended)
        elif helper is None:
            _require_one_open(the_actor(), the_actor().organizations_touched(Permission.RUN_DESK))
        return None

    return _guarded(view, "desk_crew", check)


def signed_link(view: View) -> View:
    """Whoever holds a link that we signed; it opens one thing only, and the view reads which.

    The link is all the proof there is, so nothing else is asked for: no cookie, no token, no origin, no form.
    Mail programs open it in windows without cookies, and some send the form themselves.
    """
    return csrf.exempt(_guarded(view, "signed_link", lambda: None))


def mailed_link(view: View) -> View:
    """The same for a link whose hash is stored: it was mailed, works once, and lets somebody in."""
    return csrf.exempt(_guarded(view, "mailed_link", lambda: None))


def signed_hook(view: View) -> View:
    """A machine that proves itself by a signature on the body; the view verifies it."""
    return csrf.exempt(_guarded(view, "signed_hook", lambda: None))


def proves_itself() -> bool:
    """Whether the request brings its own proof in its address or body, and needs nothing of a browser."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "guard", None) in {"signed_link", "mailed_link", "signed_hook"}


def the_actor() -> Actor:
    """The signed-in person, in a view whose guard asked for one."""
    actor = current_actor()
    if actor is None:
        raise RuntimeError("no actor behind this guard")
    return actor


def the_sign_in() -> SignedIn:
    """The session of this browser, in a view whose guard asked for one."""
    found = current_sign_in()
    if found is None:
        raise RuntimeError("no session behind this guard")
    return found


def deny_unguarded() -> None:
    """Deny by default: a view that nobody guarded does not exist."""
    if request.endpoint is None or request.endpoint == "static":
        return
    view = current_app.view_functions[request.endpoint]
    if not hasattr(view, "guard"):
        abort(404)


def ask_to_sign_in() -> Response:
    """Send a person to the sign-in page, or to the one that asks them to prove their address.

    htmx navigates, a change by a script is a 401.
    """
    return _send_on("account.sign_in" if current_sign_in() is None else "account.proof")


def _send_on(page: str) -> Response:
    if request.headers.get("HX-Request") == "true":
        back = request.headers.get("HX-Current-URL", "")
        response = make_response("", 401)
        response.headers["HX-Redirect"] = url_for(page, next=_path_of(back))
        return response
    if request.method in {"GET", "HEAD"}:
        return make_response(redirect(url_for(page, next=request.full_path.rstrip("?")), 302))
    abort(401)


def _guarded(view: View, name: str, check: Callable[[], Response | None]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        refused = check()
        return view(*args, **kwargs) if refused is None else refused

    guarded.guard = name  # type: ignore[attr-defined]  # a mark on the function itself
    return guarded


def _require_person() -> Response | None:
    return ask_to_sign_in() if current_actor() is None else None


def _require_staff() -> Response | None:
    """A person; one whom an organization holds to a second step is led to it first."""
    refused = _require_person()
    if refused is not None:
        return refused
    return _send_on("participant.security") if the_sign_in().lacks_second_step else None


def _require_one_open(actor: Actor, organization_ids: Collection[int]) -> None:
    """Nothing is changed by who acts in suspended organizations only; others are asked about each one (`Actor.can`)."""
    if organization_ids and not any(map(actor.may_change_in, organization_ids)):
        raise Refused("organization_suspended", name=actor.suspended[min(organization_ids)])


def _path_of(url: str) -> str:
    """The local path of htmx's own report of the current page; it is user input."""
    own = request.host_url.rstrip("/")
    return url.removeprefix(own) if url.startswith(own + "/") else "/"
