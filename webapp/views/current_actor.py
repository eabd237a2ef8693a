"""Who is asking: read once per request, and only when somebody wants to know."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, Request, Response, current_app, g, request, session
from flask_login import UserMixin
from sqlalchemy.exc import SQLAlchemyError

from webapp.domain.people.proof import AddressState
from webapp.domain.people.sign_in import FRESH_SIGN_IN, LONGEST_IDLE, LONGEST_SESSION, SEEN_STEP
from webapp.domain.permission import Actor
from webapp.extensions import login_manager
from webapp.queries.people.actor import SignedIn, helper_by_token, signed_in_by_token
from webapp.queries.people.records.care import person_cared_for
from webapp.services.accounts.sign_in import touch_sign_in
from webapp.services.availability import is_unavailable
from webapp.views import request_time

log = logging.getLogger(__name__)
_ACTING = "acting_for"
#: Pages that can be somebody's whom the signed-in person looks after.
_ACTS = frozenset(
    f"participant.{name}"
    for name in (
        *("events", "event", "enrollment", "ask_to_enroll", "enroll", "ask_to_leave", "leave", "ask_to_join", "join"),
        *("my_events", "my_class", "ask_to_leave_class", "leave_class_line", "ask_to_join_class", "join_class", "why"),
        *("answer_own_offer", "return_to_own_line", "name_one", "leave_party", "add_more"),
        *("appeal", "send_appeal", "withdraw_own_appeal", "own_appeal_picture"),
        *("answers", "save_answers", "own_answer_file", "show_pass", "calendar", "code"),
        *("history", "history_record", "change_answer", "save_answer"),
        *("attendance", "answer", "feedback", "give_feedback", "snooze"),
        *("organization", "organization_terms", "accept_organization_terms"),
    )
)


class SignedInUser(UserMixin):
    """What Flask-Login hands out as `current_user`: an actor with a session behind it."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return str(self.actor.user_id)


def sign_in_cookie() -> str:
    """The name of the session cookie; production binds it to the host and to HTTPS."""
    return "__Host-signed-in" if current_app.config["SESSION_COOKIE_SECURE"] else "turnout_signed_in"


def helper_cookie() -> str:
    """The name of a desk helper's cookie."""
    return "__Host-helper" if current_app.config["SESSION_COOKIE_SECURE"] else "turnout_helper"


def code_cookie() -> str:
    """The name of the cookie of a browser that asked for a code by mail."""
    return "__Host-code" if current_app.config["SESSION_COOKIE_SECURE"] else "turnout_code"


def step_cookie() -> str:
    """The name of the cookie of a browser that took the first step of signing in."""
    return "__Host-step" if current_app.config["SESSION_COOKIE_SECURE"] else "turnout_step"


def set_secret_cookie(response: Response, name: str, token: str, *, lasts: timedelta = LONGEST_SESSION) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name,
        token,
        max_age=int(lasts.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_secret_cookie(response: Response, name: str) -> None:
    """End a cookie with the attributes it was set with: browsers ignore anything else for `__Host-`."""
    response.delete_cookie(
        name, path="/", secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
    )


def current_actor() -> Actor | None:
    """The signed-in person, or None; None, too, where the account opens by its mailbox only."""
    found = current_sign_in()
    if found is None or address_state() is AddressState.CLOSED:
        return None
    return acted_for() or _as_asked(found.actor)


def acted_for() -> Actor | None:
    """Whom the signed-in person looks after and acts for on this page; None: they act for themselves.

    Only pages about places, answers and history are anybody's but one's own. One statement for who acts for somebody.
    """
    if "acted_for" not in g:
        g.acted_for = _load_acted_for() if request.endpoint in _ACTS else None
    found: Actor | None = g.acted_for
    return found


def may_open_link_of(user_id: int) -> bool:
    """Whether this browser may open a mailed link about that person: nobody’s, theirs, or of who looks after them."""
    actor = current_actor()
    return actor is None or actor.user_id == user_id or person_cared_for(user_id, actor.user_id) is not None


def act_for(user_id: int | None) -> None:
    """From now on this browser acts for that person, or (None) for who is signed in."""
    session.pop(_ACTING, None)
    if user_id is not None:
        session[_ACTING] = user_id


def current_sign_in() -> SignedIn | None:
    """The session of this browser, whatever its account may do. One statement, the first time it is asked."""
    if "sign_in" not in g:
        g.sign_in = _load_sign_in()
    return g.sign_in


def address_state() -> AddressState | None:
    """What is known of the address of this browser's account; None without a session."""
    found = current_sign_in()
    return None if found is None else found.proof.state(request_time.now())


def sign_in_began_at() -> datetime:
    """When the signed-in person proved who they are in this browser, by the machine's clock."""
    found = current_sign_in()
    if found is None:
        raise RuntimeError("nobody is signed in")
    return found.created_at


def is_fresh_sign_in() -> bool:
    """Whether the person proved who they are a moment ago, which stands for a password where there is none."""
    return request_time.real_now() - sign_in_began_at() <= FRESH_SIGN_IN


def current_helper() -> Actor | None:
    """The helper whose link this browser opened, or None."""
    if "helper" not in g:
        token = request.cookies.get(helper_cookie())
        found = helper_by_token(token, request_time.now()) if token else None
        g.helper = None if found is None else _as_asked(found)
    return g.helper


def _as_asked(actor: Actor) -> Actor:
    """Who changes something in an organization that is suspended is refused; pages that are only read stay open."""
    is_changing = bool(actor.suspended) and request.method not in {"GET", "HEAD", "OPTIONS"}
    return replace(actor, is_changing=True) if is_changing else actor


def _load_acted_for() -> Actor | None:
    user_id, found = session.get(_ACTING), current_sign_in()
    if user_id is None or found is None:
        return None
    person = person_cared_for(user_id, found.actor.user_id)
    if person is None:
        session.pop(_ACTING, None)
        return None
    return Actor(user_id=person.id, name=person.name, timezone=found.actor.timezone, through_id=found.actor.user_id)


def _load_sign_in() -> SignedIn | None:
    token = request.cookies.get(sign_in_cookie())
    found = signed_in_by_token(token) if token else None
    if found is None or not _is_alive(found):
        return None
    g.actor = found.actor  # for the line of the log
    return found


def _is_alive(found: SignedIn) -> bool:
    # Sessions age by the machine's clock: moving the demo clock signs nobody out.
    real_now = request_time.real_now()
    if real_now - found.created_at > LONGEST_SESSION or real_now - found.seen_at > LONGEST_IDLE:
        return False
    if real_now - found.seen_at > SEEN_STEP:
        _note_use(found.sign_in_id, real_now)
    return True


def _note_use(sign_in_id: int, real_now: datetime) -> None:
    """A database that cannot be written now keeps nobody from reading."""
    try:
        touch_sign_in(sign_in_id=sign_in_id, real_now=real_now)
    except SQLAlchemyError as error:
        if not is_unavailable(error):
            raise
        log.warning("the use of a session was not noted: %s", type(error).__name__)


@login_manager.request_loader
def _load_user(_request: Request) -> SignedInUser | None:
    actor = current_actor()
    return SignedInUser(actor) if actor is not None else None


def register(app: Flask) -> None:
    """Give templates `current_actor`, `unread` (notifications), `now` and, in the demo, `demo_clock`."""
    # Flask-Login's own processor would load the user on every rendered page.
    app.template_context_processors[None] = [
        processor for processor in app.template_context_processors[None] if processor.__module__ != "flask_login.utils"
    ]
    is_demo = app.extensions["settings"].is_demo

    @app.context_processor
    def _provide() -> dict[str, object]:
        now = request_time.now()
        actor = _actor_for_template()
        values: dict[str, object] = {"current_actor": actor, "now": now, "unread": 0}
        if actor:
            values |= {
                "acts_for": acted_for(),
                "looks_after": g.sign_in.looks_after,
                "unread": g.sign_in.unread,
                "address_state": g.sign_in.proof.state(now),
            }
        if is_demo:
            values["demo_clock"] = now
        return values


def _actor_for_template() -> Actor | None:
    # An error page must render when the database is away.
    return None if g.get("without_database") else current_actor()
