"""Addresses and fingerprints of the static files.

`asset('css/app.css')` changes whenever the file does, so browsers may keep it
for a year; `integrity('js/app.js')` is the value of the attribute of that name.
"""

import base64
import hashlib
import time
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for


@lru_cache(maxsize=256)
def _digest(file: str, _changed_at: int) -> bytes:
    return hashlib.sha384(Path(file).read_bytes()).digest()


def _fingerprint(path: str) -> bytes:
    file = Path(current_app.static_folder or "") / path
    return _digest(str(file), file.stat().st_mtime_ns)


# Looked at once a second: a page names several files, and they change with a release.
@lru_cache(maxsize=256)
def _address(_mounted_at: str, path: str, _second: int) -> str:
    version = base64.urlsafe_b64encode(_fingerprint(path)[:9]).decode()
    return url_for("static", filename=path, v=version)


@lru_cache(maxsize=256)
def _integrity(path: str, _second: int) -> str:
    return "sha384-" + base64.b64encode(_fingerprint(path)).decode()


def asset(path: str) -> str:
    return _address(request.root_path, path, int(time.monotonic()))


def integrity(path: str) -> str:
    return _integrity(path, int(time.monotonic()))


def register_assets(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, integrity=integrity)
