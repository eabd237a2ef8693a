"""How often somebody may try: only on the routes that guess or mail, per address and account.

A Redis that is down or silent costs one such request its short time limit; after that the
process counts by itself until Redis is back. All other routes never ask.
Why it is so: docs/decisions/008-limits-for-pairs.md.
"""

import hashlib
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Flask, Response, current_app, g, request

from webapp.domain.refusal import Refused
from webapp.domain.text import fold
from webapp.extensions import limiter
from webapp.languages.words import gettext
from webapp.queries.people.second_step import started_for
from webapp.services.accounts.account import require_email
from webapp.views import request_time
from webapp.views.current_actor import current_sign_in, step_cookie
from webapp.views.forms.sent import first_field

View = Callable[..., Any]

_IPV6 = 6
#: What a provider hands to one customer at least.
_SUBSCRIBER = 64


def register(app: Flask) -> None:
    """Let the limiter look at marked routes only: its own hook would ask Redis on every request."""
    if _is_unlimited not in limiter._request_filters:  # the limiter outlives an app, in tests
        limiter.request_filter(_is_unlimited)


def limit_failed_sign_ins(view: View) -> View:
    """Ten wrong passwords per account and address in a quarter of an hour, and 100 per address.

    Counted for the pair, so that a stranger elsewhere cannot lock somebody out.
    """
    pairs = limiter.limit("10 per 15 minutes", key_func=_address_and_account, deduct_when=_was_wrong, methods=["POST"])
    addresses = limiter.limit("100 per 15 minutes", key_func=_address, deduct_when=_was_wrong, methods=["POST"])
    return _marked(pairs(addresses(view)))


def limit_password_tries(view: View) -> View:
    """Ten wrong guesses of one's own present password in a quarter of an hour."""
    tries = limiter.limit("10 per 15 minutes", key_func=_session_holder, deduct_when=_was_wrong, methods=["POST"])
    return _marked(tries(view))


def limit_code_mails(view: View) -> View:
    """Mailed codes: five an hour per account and network, thirty a day per account, thirty an hour per network.

    A stranger elsewhere uses up the day of an account only with thirty mails that its owner sees.
    """
    pairs = limiter.limit("5 per hour", key_func=_address_and_account, deduct_when=_was_sent_on, methods=["POST"])
    accounts = limiter.limit("30 per day", key_func=_account, deduct_when=_was_sent_on, methods=["POST"])
    addresses = limiter.limit("30 per hour", key_func=_address, deduct_when=_was_sent_on, methods=["POST"])
    return _marked(pairs(accounts(addresses(view))))


def limit_code_tries(view: View) -> View:
    """Fifty wrong codes per network address in an hour; each code has its own five tries besides."""
    return _marked(limiter.limit("50 per hour", key_func=_address, deduct_when=_was_wrong, methods=["POST"])(view))


def limit_setup_tries(view: View) -> View:
    """Ten wrong set-up codes per network address in an hour; the code itself outlives a hundred, from wherever."""
    return _marked(limiter.limit("10 per hour", key_func=_address, deduct_when=_had_wrong_code, methods=["POST"])(view))


def limit_failed_passkeys(view: View) -> View:
    """Fifty answers of passkeys that open nothing, per network address and hour, and 300 questions."""
    failed = limiter.limit("50 per hour", key_func=_address, deduct_when=_was_wrong, methods=["POST"])
    asked = limiter.limit("300 per hour", key_func=_address, methods=["POST"])
    return _marked(failed(asked(view)))


def limit_provider_visits(view: View) -> View:
    """Three hundred ways to providers and back, per network address and hour: each may ask somebody else's machine."""
    return _marked(limiter.limit("300 per hour", key_func=_address, methods=["GET"])(view))


def limit_second_steps(view: View) -> View:
    """Twenty wrong codes of one account's second step in an hour, wherever they come from, and 100 per address."""
    accounts = limiter.limit("20 per hour", key_func=_started_for, deduct_when=_was_wrong, methods=["POST"])
    addresses = limiter.limit("100 per hour", key_func=_address, deduct_when=_was_wrong, methods=["POST"])
    return _marked(accounts(addresses(view)))


def limit_mails(view: View) -> View:
    """Three mails per account and hour, and twenty per address."""
    accounts = limiter.limit(gettext("3 per hour"), key_func=_account, methods=["POST"])
    addresses = limiter.limit(gettext("20 per hour"), key_func=_address, methods=["POST"])
    return _marked(accounts(addresses(view)))


def limit_own_mails(view: View) -> View:
    """The same for mails that somebody who is signed in asks for to their own address."""
    accounts = limiter.limit(gettext("3 per hour"), key_func=_session_holder, methods=["POST"])
    addresses = limiter.limit(gettext("20 per hour"), key_func=_address, methods=["POST"])
    return _marked(accounts(addresses(view)))


def limit_token_tries(view: View) -> View:
    """Thirty tries of a mailed link per address and hour."""
    return _marked(limiter.limit(gettext("30 per hour"), key_func=_address, methods=["POST"])(view))


def limit_code_lookups(view: View) -> View:
    """Thirty codes that nobody has, per address and hour: looking up a real one costs nothing."""
    return _marked(
        limiter.limit(gettext("30 per hour"), key_func=_address, deduct_when=_was_unknown, methods=["GET"])(view)
    )


def _marked(view: View) -> View:
    view.is_rate_limited = True  # type: ignore[attr-defined]  # a mark on the function itself
    return view


def _is_unlimited() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return not getattr(view, "is_rate_limited", False)


def _address() -> str:
    """The address of the network; of IPv6 the part that one subscriber has, who could count through the rest."""
    address = request.remote_addr or "unknown"
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, _SUBSCRIBER), strict=False)) if parsed.version == _IPV6 else address


def _session_holder() -> str:
    found = current_sign_in()
    return str(found.actor.user_id) if found else _address()


def _started_for() -> str:
    user_id = started_for(request.cookies.get(step_cookie(), ""), request_time.real_now())
    return f"step:{user_id}" if user_id else _address()


def _account() -> str:
    """Whose account is meant, however the address is spelt: the spelling that accounts are stored under.

    A short hash: the address itself has no business in Redis. What is no address is nobody's account.
    """
    typed = first_field("email")
    try:
        email = require_email(typed)
    except Refused:
        email = fold(typed)
    return hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()[:24]


def _address_and_account() -> str:
    return f"{_address()}:{_account()}"


def _was_unknown(response: Response) -> bool:
    return response.status_code == 404


def _was_wrong(response: Response) -> bool:
    return response.status_code == 422


def _had_wrong_code(_response: Response) -> bool:
    return g.get("refusal") == "setup_code_wrong"


def _was_sent_on(response: Response) -> bool:
    return response.status_code == 303
