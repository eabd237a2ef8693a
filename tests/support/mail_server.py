"""A real mail server on a local port, with the moods that real ones have."""

import asyncio
from dataclasses import dataclass, field
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.processes import free_port


@dataclass
class Post:
    """Keeps what was delivered. `answer` is said to each letter; None accepts it, "drop" hangs up."""

    answer: str | None = None
    stall_seconds: float = 0
    refused: set[str] = field(default_factory=set)
    delivered: list[Message] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.stall_seconds)
        if self.answer == "drop":
            server.transport.close()
            return "250 OK"
        if self.answer is None:
            self.delivered.append(envelope)
        return self.answer or "250 OK"


class MailServer:
    """`url` is what MAIL_URL takes; `post` is what came of it."""

    def __init__(self) -> None:
        self.post = Post()
        self._controller = Controller(self.post, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.url = f"smtp://127.0.0.1:{self._controller.port}"

    def close(self) -> None:
        self._controller.stop()
