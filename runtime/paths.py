"""Where things live. The app and the supervisor must agree on these, so they are decided once, here."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"

# The kernel cuts a unix socket's path at 107 characters; some slack is left for clients that add a suffix.
LONGEST_SOCKET_PATH = 100


def venv_program(name: str) -> Path:
    """The console script `name` of the project's own virtual environment."""
    return VENV / "bin" / name


def instance_home(given: str | None) -> Path:
    """The absolute data folder for TURNOUT_HOME; a relative one is meant from the checkout, not from the caller."""
    return Path(os.path.abspath(ROOT / Path(given or "instance").expanduser()))


def embedded_socket(home: Path) -> Path:
    """The socket of the embedded server: inside the data folder, or in a short place when that path is too long."""
    home = Path(os.path.abspath(home))
    inside = home / "valkey.sock"
    if len(str(inside)) < LONGEST_SOCKET_PATH:
        return inside
    short = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return Path("/tmp") / f"turnout-{short}" / "valkey.sock"  # noqa: S108 (the folder is made with mode 700 and its owner is checked)


def embedded_redis_url(home: Path) -> str:
    """The REDIS_URL that means "the server `make run` starts for this data folder"."""
    return f"unix://{embedded_socket(home)}"
