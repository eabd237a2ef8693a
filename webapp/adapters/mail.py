"""Handing a mail to a mail server."""

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a mail server may take for a step of the conversation, and for its word
    on a letter it was given, for which standards ask more (RFC 5321, 4.5.3.2.6)."""

    step: float = 10
    verdict: float = 30


#: Lines of a header are not folded within a word: a folded address is none any more. Letters
#: with other characters travel in an encoding that every server passes on.
_POLICY = SMTP.clone(max_line_length=900, cte_type="7bit")
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
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
    html: str | None = None
    #: A calendar file, its METHOD inside.
    calendar: str | None = None
    #: Where one click ends such mails (RFC 8058).
    unsubscribe_url: str | None = None
    #: Who answers a reply.
    reply_to: str | None = None


class NotDelivered(Exception):
    """The mail did not go out, or nobody can tell; `is_final` when it must not be tried again by itself.

    `is_of_address`: the server said "never" to this recipient.
    """

    def __init__(self, reason: str, *, is_final: bool = False, is_of_address: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final
        self.is_of_address = is_of_address


class Mailer:
    """A connection to the server of `smtp://user:password@host:port` or `smtps://...`.

    Used as a context; it connects with the first letter, and again after a broken one.
    """

    def __init__(self, url: str | None, sender: str, *, patience: Patience | None = None) -> None:
        self._url = urlsplit(url) if url else None
        self._sender = sender
        self._patience = patience or Patience()
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

    def deliver(self, letter: Letter, *, at: datetime) -> str:
        """Hand over one letter, dated `at`; what the server said when it took it. Raises NotDelivered."""
        if self._away is not None:
            raise NotDelivered(self._away)
        try:
            message = self._message(letter, at)
        except (MessageError, ValueError) as error:
            raise NotDelivered(f"This email can’t be written: {error}", is_final=True) from error
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self._server = None
            self._away = f"The email server can’t be used: {_in_words(error)}"
            raise NotDelivered(self._away) from error
        try:
            return self._hand_over(server, letter.recipient, message)
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            raise NotDelivered(f"The email server hung up: {_in_words(error)}") from error
        except smtplib.SMTPException as error:
            self._begin_anew(server)
            is_final = _is_final(error)
            is_of_address = is_final and isinstance(error, smtplib.SMTPRecipientsRefused)
            raise NotDelivered(_in_words(error), is_final=is_final, is_of_address=is_of_address) from error
        except OSError as error:
            self._drop()
            raise NotDelivered(f"The email server didn’t answer: {_in_words(error)}") from error

    def greet(self) -> str:
        """Connect, encrypt and sign in as for a letter, and go again. What the server calls itself; or NotDelivered."""
        try:
            server = self._connected()
            said = _text(server.ehlo_resp or server.helo_resp or b"").split()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise NotDelivered(_in_words(error)) from error
        self._leave()
        return said[0] if said else "a server without a name"

    def _hand_over(self, server: smtplib.SMTP, recipient: str, message: EmailMessage) -> str:
        """The conversation about one letter, up to the server's word that it took it."""
        sender = parseaddr(self._sender)[1]
        is_plain = (sender + recipient).isascii()
        if not is_plain and not server.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("The email server doesn’t accept addresses with these letters")
        code, said = server.mail(sender, [] if is_plain else ["SMTPUTF8"])
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        code, said = server.rcpt(recipient)
        if code not in {250, 251}:
            raise smtplib.SMTPRecipientsRefused({recipient: (code, said)})
        code, said = server.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
        # A line that is only a dot would end the letter.
        content = message.as_bytes(policy=_POLICY.clone(utf8=not is_plain))
        server.send(re.sub(rb"(?m)^\.", b"..", content.rstrip(b"\r\n") + b"\r\n"))
        return self._await_verdict(server)

    def _await_verdict(self, server: smtplib.SMTP) -> str:
        """End the letter. From here on silence says nothing: it may have arrived, so it is not sent again."""
        try:
            server.send(b".\r\n")
            if server.sock is not None:
                server.sock.settimeout(self._patience.verdict)
            code, said = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(self._patience.step)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._drop()
            # Whatever is wrong there, the letters that follow do not go the same way.
            self._away = f"The email server stopped answering: {_in_words(error)}"
            reason = f"The email server took the email, but never said whether it keeps it: {_in_words(error)}"
            raise NotDelivered(reason, is_final=True) from error
        if code != 250:
            raise smtplib.SMTPDataError(code, said)
        return f"{code} {_text(said)}"

    def _begin_anew(self, server: smtplib.SMTP) -> None:
        """The letter was refused; the next one may use the same connection if it still works."""
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _message(self, letter: Letter, at: datetime) -> EmailMessage:
        message = EmailMessage(policy=_POLICY)
        message["From"] = self._sender
        message["To"] = letter.recipient
        if letter.reply_to:
            message["Reply-To"] = letter.reply_to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(at)
        # The same for every try: whoever got it twice after an unclear end can tell.
        message["Message-ID"] = f"<message-{letter.id}-{letter.created_at:%Y%m%d%H%M%S}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if letter.unsubscribe_url:
            message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.body)
        if letter.html:
            message.add_alternative(letter.html, subtype="html")
        if letter.calendar:
            _add_calendar(message, letter.calendar)
        return message

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        url = self._url
        if url is None or not url.hostname:
            raise OSError("MAIL_URL names no host")
        secure = ssl.create_default_context()
        own_name, seconds = self._domain, self._patience.step
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(url.hostname, url.port or 465, own_name, timeout=seconds, context=secure)
        else:
            server = smtplib.SMTP(url.hostname, url.port or 587, own_name, timeout=seconds)
        self._server = server
        server.ehlo()
        if url.scheme == "smtp" and url.hostname not in _LOCAL and server.has_extn("starttls"):
            server.starttls(context=secure)
            server.ehlo()
        if url.username:
            if url.scheme == "smtp" and url.hostname not in _LOCAL and not isinstance(server.sock, ssl.SSLSocket):
                raise OSError("it offers no encryption, so the password wasn’t sent")
            server.login(unquote(url.username), unquote(url.password or ""))
        return server

    def _leave(self) -> None:
        if self._server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _add_calendar(message: EmailMessage, file: str) -> None:
    """For programs that show an invitation, as a third way to say the same; for the others, as a file."""
    found = _METHOD.search(file)
    method = found.group(1) if found else "PUBLISH"
    message.add_alternative(file, subtype="calendar", params={"method": method})
    message.add_attachment(file.encode(), maintype="application", subtype="ics", filename="invite.ics")


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
