"""The launcher's question to the web server it has started: do you serve?"""

import http.client

from runtime.complaint import say

OK = 200
LONGEST_QUOTE = 120


class Health:
    """Asks `/healthz` and says once what keeps it from being well; a closed port is only "not yet"."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.reason = ""

    def is_well(self) -> bool:
        """Ask once. A new reason why not is one line."""
        reason = self._ask()
        if reason and reason != self.reason:
            say(f"{reason}; asking on")
        self.reason = reason or self.reason
        return reason is None

    def _ask(self) -> str | None:
        """None when it is well, else the reason why not; empty while nothing listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            if answer.status == OK:
                return None
            said = answer.read(LONGEST_QUOTE).decode("utf-8", "replace").strip().partition("\n")[0]
            return f"it answers /healthz with {answer.status} ({said or answer.reason})"
        except ConnectionRefusedError:
            return ""
        except (OSError, http.client.HTTPException) as error:
            return f"it does not answer /healthz ({error or type(error).__name__})"
        finally:
            connection.close()
