"""A real nginx with the configuration that the documentation shows, and a certificate of its own."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime import debian
from runtime.paths import ROOT
from runtime.supervision.processes import dying_with_me
from tests.support.servers.processes import free_port, is_open
from tests.support.waiting import eventually

SAMPLE = ROOT / "docs" / "nginx.conf"
HOST = "turnout.example"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"

#: What a distribution's own nginx.conf has around a site.
_AROUND = """\
daemon off;
user {user};
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def nginx_or_skip() -> str:
    """Its path. Debian's package is installed where that is allowed; without one, CI fails and a desk skips."""
    problem = None if _found() else debian.install("nginx-light", "openssl")
    if (path := _found()) is not None:
        return path
    if os.environ.get("CI"):
        raise AssertionError(f"the proxy's test cannot run: {problem}")
    pytest.skip(f"no nginx on this machine: {problem}")


def _found() -> str | None:
    return shutil.which("nginx", path=_PATH) if shutil.which("openssl") else None


class Nginx:
    """The sample in front of the app on `app_port`; `port` speaks TLS for `HOST`, `plain_port` redirects to it."""

    def __init__(self, folder: Path, app_port: int) -> None:
        program = nginx_or_skip()
        folder.mkdir()
        self.port, self.plain_port = free_port(), free_port()
        self.certificate = folder / "site.crt"
        _make_certificate(self.certificate, folder / "site.key")
        (folder / "site.conf").write_text(self._site(folder, app_port))
        (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=os.environ.get("USER") or "root"))
        self._log = folder / "error.log"
        command = [program, "-c", str(folder / "nginx.conf"), "-e", str(self._log)]
        self._process = subprocess.Popen(command, preexec_fn=dying_with_me())  # noqa: PLW1509 (no thread forks)
        eventually(self._is_up, timeout=20)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _is_up(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"nginx ended:\n{self._log.read_text()}")
        return is_open(self.port) and is_open(self.plain_port)

    def _site(self, folder: Path, app_port: int) -> str:
        """The sample with other ports and files, and nothing else changed."""
        text = SAMPLE.read_text()
        for pattern, new in (
            (r"listen 443 ", f"listen 127.0.0.1:{self.port} "),
            (r"listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{app_port};"),
            (r"/etc/ssl/turnout\.example\.(crt|key)", rf"{folder}/site.\1"),
        ):
            text, count = re.subn(pattern, new, text)
            assert count, f"the sample has no {pattern!r}"
        return text


def _make_certificate(certificate: Path, key: Path) -> None:
    words = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={HOST}"
    names = ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *words.split(), *names], check=True, capture_output=True)
