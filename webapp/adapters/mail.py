"""Handing a mail to a mail server."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

#: For each step of the conversation.
TIMEOUT_SECONDS = 10
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_FINAL = range(500, 600)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to send; `attempt` counts from 1."""

    id: int
    recipient: str
    subject: str
    body: str
    created_at: datetime
    attempt: int


class NotDelivered(Exception):
    """The mail did not go out; `is_final` when trying again cannot help."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Mailer:
    """A connection to the server of `smtp://user:password@host:port` or `smtps://...`.

    Used as a context; it connects with the first letter, and again after a broken one.
    """

    def __init__(self, url: str | None, sender: str) -> None:
        self._url = urlsplit(url) if url else None
        self._sender = sender
        self._domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        self._server: smtplib.SMTP | None = None
        #: Why the server could not be reached, for the letters that follow.
        self._away: str | None = None

    @property
    def has_server(self) -> bool:
        return self._url is not None

    def __enter__(self) -> Self:
        self._away = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def deliver(self, letter: Letter, *, at: datetime) -> None:
        """Hand over one letter, dated `at`. Raises NotDelivered."""
        if self._away is not None:
            raise NotDelivered(self._away)
        try:
            message = self._message(letter, at)
        except (MessageError, ValueError) as error:
            raise NotDelivered(f"this mail cannot be written: {error}", is_final=True) from error
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self._server = None
            self._away = f"the mail server cannot be used: {_in_words(error)}"
            raise NotDelivered(self._away) from error
        try:
            server.send_message(message)
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            raise NotDelivered(f"the mail server hung up: {_in_words(error)}") from error
        except smtplib.SMTPException as error:
            raise NotDelivered(_in_words(error), is_final=_is_final(error)) from error
        except OSError as error:
            self._drop()
            raise NotDelivered(f"the mail server did not answer: {_in_words(error)}") from error

    def _message(self, letter: Letter, at: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(at)
        # The same for every try: whoever got it twice after an unclear end can tell.
        message["Message-ID"] = f"<message-{letter.id}-{letter.created_at:%Y%m%d%H%M%S}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        url = self._url
        if url is None or not url.hostname:
            raise OSError("MAIL_URL names no host")
        secure = ssl.create_default_context()
        options = {"local_hostname": self._domain, "timeout": TIMEOUT_SECONDS}
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(url.hostname, url.port or 465, context=secure, **options)
        else:
            server = smtplib.SMTP(url.hostname, url.port or 587, **options)
        self._server = server
        server.ehlo()
        if url.scheme == "smtp" and url.hostname not in _LOCAL and server.has_extn("starttls"):
            server.starttls(context=secure)
            server.ehlo()
        if url.username:
            if url.scheme == "smtp" and url.hostname not in _LOCAL and not isinstance(server.sock, ssl.SSLSocket):
                raise OSError("the mail server offers no encryption; the password was not sent")
            server.login(unquote(url.username), unquote(url.password or ""))
        return server

    def _leave(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()
            self._server = None

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _is_final(error: smtplib.SMTPException) -> bool:
    """Whether the server said "never" about this letter; a "no" to us as a sender may be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in _FINAL for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code in _FINAL


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(said)}" for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
