"""A way to Redis that can fall silent: it still accepts connections, and nothing ever comes back."""

import contextlib
import socket
import threading
from pathlib import Path


class SilentRedis:
    """Forwards a local port to a Redis socket, or swallows everything while `silent`."""

    def __init__(self, target: Path) -> None:
        self._target = str(target)
        self._speaking = threading.Event()
        self._speaking.set()
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        """From now on nothing is answered, on old connections neither."""
        self._speaking.clear()

    def speak(self) -> None:
        """Answer again. Who waited on an old connection is hung up on, as after a broken network."""
        self._speaking.set()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.close()
        self._open = []

    def close(self) -> None:
        self._closed = True
        self._listener.close()
        self.speak()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._closed:
                client.close()
                return
            self._open.append(client)
            if self._speaking.is_set():
                server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                server.connect(self._target)
                self._open.append(server)
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if self._speaking.is_set():
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()  # its own reader closes each end; the other reader has seen the end of it
