"""Addresses and fingerprints of the static files.

`asset('css/app.css')` changes whenever the file does, so browsers may keep it
for a year; `integrity('js/app.js')` is the value of the attribute of that name.
"""

import base64
import hashlib
import time
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for


@lru_cache(maxsize=256)
def _digest(file: str, _changed_at: int) -> bytes:
    return hashlib.sha384(Path(file).read_bytes()).digest()


@lru_cache(maxsize=256)
def _fingerprint(folder: str, path: str, _second: int) -> bytes:
    """Looked at once a second: a page names several files, and they change with a release."""
    file = Path(folder) / path
    return _digest(str(file), file.stat().st_mtime_ns)


def _fingerprint_now(path: str) -> bytes:
    return _fingerprint(current_app.static_folder or "", path, int(time.monotonic()))


def asset(path: str) -> str:
    version = base64.urlsafe_b64encode(_fingerprint_now(path)[:9]).decode()
    return url_for("static", filename=path, v=version)


def integrity(path: str) -> str:
    return "sha384-" + base64.b64encode(_fingerprint_now(path)).decode()


def register_assets(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, integrity=integrity)
