"""Headers on every answer, and where a changing request may come from."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.config import Settings
from webapp.views.forms.sent import field_count
from webapp.views.guards import proves_itself

_NOBODY = "frame-ancestors 'none'"
_CONTENT_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    _NOBODY,
    "manifest-src 'self'",
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}
#: What an answer to somebody depends on.
_VARIES_BY = ("Cookie", "HX-Request")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
#: More fields than any form of ours has.
_MOST_FIELDS = 500


def register(app: Flask) -> None:
    """Proxy hops, origin check and headers."""
    settings = app.extensions["settings"]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # how Flask is wrapped
    app.before_request(_refuse_other_origins)
    app.before_request(_refuse_other_bodies)

    of_all = headers_for(settings)
    unframed = of_all["Content-Security-Policy"]
    of_readers = {**of_all, "Cache-Control": "private, no-store", "Vary": ", ".join(_VARIES_BY)}

    @app.after_request
    def _add_headers(response: Response) -> Response:
        # `setdefault` and `vary` would read all of them anew for each.
        known = {name.lower(): value for name, value in response.headers}
        says_more = "cache-control" in known
        is_public = request.endpoint == "static" or (says_more and response.cache_control.public)
        framed_by = g.get("framed_by")
        if framed_by:
            response.headers["Content-Security-Policy"] = unframed.replace(_NOBODY, f"frame-ancestors {framed_by}")
            known |= {"content-security-policy": "", "x-frame-options": ""}
        for name, value in (of_all if is_public else of_readers).items():
            if name.lower() not in known:
                response.headers.add(name, value)
        if not is_public and "vary" in known:
            response.vary.update(_VARIES_BY)
        return response


def let_be_framed(origins: str) -> None:
    """Let pages of these sites, by spaces, show the answer to this request in a frame. None: nobody may, as always."""
    g.framed_by = origins


def headers_for(settings: Settings) -> dict[str, str]:
    """The headers of every answer, also of those that the server gives without asking the app."""
    headers = {"Content-Security-Policy": _content_policy(settings.livekit_client_url), **_HEADERS}
    if settings.is_production:
        subdomains = "; includeSubDomains" if settings.hsts_subdomains else ""
        headers["Strict-Transport-Security"] = f"max-age=63072000{subdomains}"
    return headers


def _content_policy(client_url: str | None) -> str:
    """The policy of every page. Forms go to us alone, and from "Join" on to the video client's own origin:
    browsers hold a form's redirect against `form-action`, too."""
    joined = ""
    if client_url is not None:
        parts = urlsplit(client_url)
        port = f":{parts.port}" if parts.port else ""
        joined = f" {parts.scheme}://{parts.hostname}{port}"
    return "; ".join((*_CONTENT_POLICY, f"form-action 'self'{joined}"))


def _refuse_other_origins() -> None:
    """A browser says where a form was; a change from another site is refused (403).

    What proves itself comes from wherever it likes.
    """
    if request.method in _SAFE_METHODS or proves_itself():
        return
    origin = request.headers.get("Origin")
    if origin is not None and _host_of(origin) != request.host:
        abort(403)
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        abort(403)


def _host_of(origin: str) -> str | None:
    """The host of an `Origin` header; it is user input and may be anything."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _refuse_other_bodies() -> None:
    """A change comes from a form: another kind of body (415) or a flood of fields (413) is refused.

    What proves itself is let through: a hook's own view reads the raw bytes, and what a mail program sends
    beside the link says nothing.
    """
    if request.method in _SAFE_METHODS or not request.content_length or proves_itself():
        return
    if request.mimetype not in _FORM_TYPES:
        abort(415)
    if field_count() > _MOST_FIELDS:
        abort(413)
