"""A real mail server on a local port, with the moods that real ones have."""

import asyncio
from dataclasses import dataclass, field
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.servers.processes import free_port


@dataclass
class Post:
    """Keeps what was delivered. `answer` is said to each letter; None accepts it, "drop" hangs up
    without having kept it, "keep and drop" after."""

    answer: str | None = None
    stall_seconds: float = 0
    #: The step of the conversation at which it stalls.
    stalls_at: str = "DATA"
    hangs_up_at_once: bool = False
    refused: set[str] = field(default_factory=set)
    delivered: list[Message] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.stalls_at == "RCPT":
            await asyncio.sleep(self.stall_seconds)
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answer in {None, "keep and drop"}:
            self.delivered.append(envelope)
        if self.answer in {"drop", "keep and drop"}:
            server.transport.close()
            return "250 OK"
        if self.stalls_at == "DATA":
            await asyncio.sleep(self.stall_seconds)
        return self.answer or "250 OK"


class _Server(SMTP):
    """Hangs up before its greeting if it is in that mood."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._is_deaf = self.event_handler.hangs_up_at_once
        if self._is_deaf:
            transport.abort()
        else:
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._is_deaf:
            super().connection_lost(error)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


class MailServer:
    """`url` is what MAIL_URL takes; `post` is what came of it."""

    def __init__(self) -> None:
        self.post = Post()
        self._controller = _Controller(self.post, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.url = f"smtp://127.0.0.1:{self._controller.port}"

    def close(self) -> None:
        self._controller.stop()
