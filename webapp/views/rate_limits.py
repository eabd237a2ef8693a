"""How often somebody may try: only on the routes that guess or mail, per address and account.

A Redis that is down or silent costs one such request its short time limit; after that the
process counts by itself until Redis is back. All other routes never ask.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request

from webapp.extensions import limiter
from webapp.views.current_actor import current_actor

View = Callable[..., Any]


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
    return _marked(limiter.limit("10 per 15 minutes", key_func=_person, deduct_when=_was_wrong, methods=["POST"])(view))


def limit_sign_ups(view: View) -> View:
    """Twenty accounts, or tries to make one, per address and hour."""
    return _marked(limiter.limit("20 per hour", key_func=_address, methods=["POST"])(view))


def limit_mails(view: View) -> View:
    """Three mails per account and hour, and twenty per address."""
    accounts = limiter.limit("3 per hour", key_func=_account, methods=["POST"])
    addresses = limiter.limit("20 per hour", key_func=_address, methods=["POST"])
    return _marked(accounts(addresses(view)))


def limit_token_tries(view: View) -> View:
    """Thirty tries of a mailed link per address and hour."""
    return _marked(limiter.limit("30 per hour", key_func=_address, methods=["POST"])(view))


def limit_code_lookups(view: View) -> View:
    """Thirty codes that nobody has, per address and hour: looking up a real one costs nothing."""
    return _marked(
        limiter.limit("30 per hour", key_func=_address, deduct_when=_was_unknown, methods=["GET"])(view)
    )


def _marked(view: View) -> View:
    view.is_rate_limited = True  # type: ignore[attr-defined]
    return view


def _is_unlimited() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return not getattr(view, "is_rate_limited", False)


def _address() -> str:
    return request.remote_addr or "unknown"


def _person() -> str:
    actor = current_actor()
    return str(actor.user_id) if actor else _address()


def _account() -> str:
    """A short hash: the address itself has no business in Redis."""
    email = request.form.get("email", "").strip().lower()
    return hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()[:24]


def _address_and_account() -> str:
    return f"{_address()}:{_account()}"


def _was_unknown(response: Response) -> bool:
    return response.status_code == 404


def _was_wrong(response: Response) -> bool:
    return response.status_code == 422
