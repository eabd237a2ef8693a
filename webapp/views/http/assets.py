"""The static files: their addresses, which carry a fingerprint, and how they are sent.

`asset('css/app.css')` changes whenever the file does, so browsers keep it for a year and ask nothing;
`integrity('js/app.js')` is the value of the attribute of that name. Style sheets name their fonts in the same way.
A script or sheet that imports others is sent with them in it. Each file is read and compressed once.
Why it is so: docs/decisions/093-front-end-modules.md.
"""

import base64
import hashlib
import mimetypes
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, url_for
from werkzeug.security import safe_join

from webapp.views.http.compression import best_encoding, may_shrink, shrunk

_A_YEAR = 365 * 24 * 3600
#: `import { home } from './desk/page.js';` and `@import './tokens.css';`, as the formatter leaves them.
_IMPORTS = {
    ".css": re.compile(rb"(?m)^@import '([\w./-]+)';\n"),
    ".js": re.compile(rb"(?m)^import (?:\{[^}]*\} from )?'([\w./-]+)';\n"),
}
_EXPORT = re.compile(rb"(?m)^export (?=(?:async )?(?:const|let|function|class) )")
_FONT = re.compile(rb"url\((\.\./fonts/([\w.-]+))\)")
#: Comments that have lines of their own; a tenth of our scripts and sheets, and nobody's on the wire.
_COMMENTS = {
    ".css": re.compile(rb"(?m)^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n"),
    ".js": re.compile(rb"(?m)^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)[ \t]*\n"),
}
#: What Python does not know on every machine.
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".svg": "image/svg+xml", ".wasm": "application/wasm"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: bytes by encoding ("" is plain)."""

    mimetype: str
    digest: bytes
    bodies: dict[str, bytes]

    @property
    def version(self) -> str:
        return base64.urlsafe_b64encode(self.digest[:9]).decode()


# Looked at once a second: a page names several files, and they change with a release.
@lru_cache(maxsize=2)
def _release(folder: str, _second: int) -> int:
    """Another number when any of the files has changed."""
    return hash(tuple((str(file), file.stat().st_mtime_ns) for file in sorted(Path(folder).rglob("*.*"))))


@lru_cache(maxsize=256)
def _read(folder: str, path: str, _release: int) -> Asset | None:
    found = safe_join(folder, path)
    if found is None or not (file := Path(found)).is_file():
        return None
    body = _joined(file.resolve(), set()) if file.suffix in _IMPORTS else file.read_bytes()
    if file.suffix in _COMMENTS and not path.startswith("vendor/"):
        body = _COMMENTS[file.suffix].sub(b"", body)
    if file.suffix == ".css":
        body = _FONT.sub(lambda match: _with_version(folder, match, _release), body)
    mimetype = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    bodies = {"": body}
    if may_shrink(mimetype, len(body)):
        bodies |= {encoding: shrunk(body, encoding, is_kept=True) for encoding in ("br", "gzip")}
    return Asset(mimetype, hashlib.sha384(body).digest(), bodies)


def _joined(file: Path, joined: set[Path]) -> bytes:
    """The file behind all that it imports, each once, in the order in which a browser would run them.

    So their outermost names share one scope, and must differ.
    """
    joined.add(file)
    body, pattern = file.read_bytes(), _IMPORTS[file.suffix]
    imported = [(file.parent / match[1].decode()).resolve() for match in pattern.finditer(body)]
    before = b"".join(_joined(one, joined) for one in imported if one not in joined)
    return before + _EXPORT.sub(b"", pattern.sub(b"", body))


def _with_version(folder: str, match: re.Match[bytes], release: int) -> bytes:
    font = _read(folder, f"fonts/{match[2].decode()}", release)
    return b"url(%s?v=%s)" % (match[1], font.version.encode()) if font else match[0]


def _asset(path: str) -> Asset:
    folder = current_app.static_folder or ""
    found = _read(folder, path, _release(folder, int(time.monotonic())))
    if found is None:
        abort(404)
    return found


@lru_cache(maxsize=256)
def _address(_mounted_at: str, path: str, version: str) -> str:
    return url_for("static", filename=path, v=version)


def asset(path: str) -> str:
    return _address(request.root_path, path, _asset(path).version)


def integrity(path: str) -> str:
    return "sha384-" + base64.b64encode(_asset(path).digest).decode()


def _send(filename: str) -> Response:
    """Kept for a year under its own fingerprint, asked for again under none or another one."""
    found = _asset(filename)
    encoding = best_encoding() if len(found.bodies) > 1 else None
    response = Response(found.bodies[encoding or ""], mimetype=found.mimetype)
    response.set_etag(f"{found.version}{encoding or ''}")
    if len(found.bodies) > 1:
        response.vary.add("Accept-Encoding")
    if encoding is not None:
        response.headers["Content-Encoding"] = encoding
    if request.args.get("v") == found.version:
        response.cache_control.public = response.cache_control.immutable = True
        response.cache_control.max_age = _A_YEAR
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def register_assets(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, integrity=integrity)
    # Flask's own view for the same rule sends the file as it lies there.
    app.view_functions["static"] = _send
    app.extensions["warm_up"] = (*app.extensions.get("warm_up", ()), lambda: _warm_up(app))


def _warm_up(app: Flask) -> None:
    """Compress before the workers are forked, so that all of them share it and no first visitor waits."""
    folder = app.static_folder or ""
    for file in Path(folder).rglob("*.*"):
        _read(folder, file.relative_to(folder).as_posix(), _release(folder, int(time.monotonic())))
