"""What `make run` reads from the environment. Everything else is the app's business and is passed on unchanged."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime.complaint import Complaint
from runtime.paths import embedded_redis_url, instance_home

LARGEST_PORT = 65535


@dataclass(frozen=True)
class RunSettings:
    """A checked start: where the data is, where to listen, and whether Redis is ours to start."""

    home: Path
    port: int
    stage: str
    redis_url: str
    embedded_redis: bool

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, outer: Mapping[str, str]) -> dict[str, str]:
        """The environment of every child: the caller's, with our defaults made explicit."""
        return {
            **outer,
            "TURNOUT_ENV": self.stage,
            "TURNOUT_HOME": str(self.home),
            "PORT": str(self.port),
            # Where the launcher asks is where the server listens, whatever the caller's BIND says.
            "BIND": f"127.0.0.1:{self.port}",
            "REDIS_URL": self.redis_url,
            "PYTHONUNBUFFERED": "1",
        }


def read(outer: Mapping[str, str] = os.environ) -> RunSettings:
    """Read and check; a wrong value is one line, not a traceback of some child later on."""
    home = instance_home(outer.get("TURNOUT_HOME"))
    given = outer.get("REDIS_URL", "").strip()
    return RunSettings(
        home=_folder(home),
        port=_port(outer.get("PORT", "")),
        stage=outer.get("TURNOUT_ENV", "").strip() or "demo",
        redis_url=given or embedded_redis_url(home),
        embedded_redis=not given,
    )


def _port(text: str) -> int:
    text = text.strip() or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LARGEST_PORT):
        raise Complaint(f"PORT must be a number from 1 to {LARGEST_PORT}, not {text!r}")
    return int(text)


def _folder(home: Path) -> Path:
    """The data folder holds passwords' hashes and people's names: only its owner may enter a new one."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Complaint(f"TURNOUT_HOME {home} cannot be created: {error.strerror}") from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise Complaint(f"TURNOUT_HOME {home} cannot be written to")
    return home
