"""Addresses among the settings: where we are, where mails and jobs go. Each is refused with one line."""

import re
from collections.abc import Mapping
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

from webapp.config.error import SettingsError

#: A name of letters, digits and hyphens between dots, or a number; a leading dot means all subdomains, too.
_HOST = re.compile(r"\.?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_ADDRESS = re.compile(r"[^@\s,;:<>]+@(?:[\w-]+\.)+[\w-]{2,}")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_DEFAULT_SENDER = "Turnout <turnout@localhost>"


def hosts_of(env: Mapping[str, str], *, production: bool) -> tuple[str, ...]:
    hosts = tuple(word.strip().lower() for word in env.get("TURNOUT_HOSTS", "").split(",") if word.strip())
    if production and not hosts:
        raise SettingsError("TURNOUT_HOSTS must list the host names that are served, by commas")
    for host in hosts:
        if not _HOST.fullmatch(_in_ascii(host)):
            raise SettingsError(f"TURNOUT_HOSTS: {host!r} is no host name; leave out https:// and the port")
    return hosts or ("127.0.0.1", "localhost", "[::1]")


def base_url_of(env: Mapping[str, str], port: str, hosts: tuple[str, ...], *, production: bool) -> str:
    url = env.get("TURNOUT_BASE_URL") or f"http://127.0.0.1:{port}"
    parts = split_address(url, "TURNOUT_BASE_URL")
    if production and parts.scheme != "https":
        raise SettingsError("TURNOUT_BASE_URL must be the public https:// address in production")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError("TURNOUT_BASE_URL needs a host name, as in https://turnout.example")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise SettingsError("TURNOUT_BASE_URL is an address alone, without a user, a ? or a #")
    if production and not _is_served(parts.hostname, hosts):
        raise SettingsError(f"TURNOUT_BASE_URL names {parts.hostname!r}, which TURNOUT_HOSTS does not serve")
    return url.rstrip("/")


def mail_url_of(env: Mapping[str, str], *, production: bool) -> str | None:
    url = env.get("MAIL_URL") or None
    if url is None:
        if production:
            raise SettingsError("MAIL_URL is missing; use smtp://user:password@host:587")
        return None
    parts = split_address(url, "MAIL_URL")
    if parts.scheme not in {"smtp", "smtps"}:
        raise SettingsError("MAIL_URL must start with smtp:// or smtps://")
    if not parts.hostname:
        raise SettingsError("MAIL_URL needs the host of the email server, as in smtp://user:password@host:587")
    return url


def mail_from_of(env: Mapping[str, str], *, production: bool) -> str:
    sender = env.get("MAIL_FROM") or ""
    if not sender.strip():
        if production:
            raise SettingsError("MAIL_FROM is missing; use an address that the email server may send from")
        return _DEFAULT_SENDER
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in sender):
        raise SettingsError("MAIL_FROM must be one line without control characters")
    address = parseaddr(sender)[1]
    if not address or not (_ADDRESS.fullmatch(address) or (not production and "@" in address)):
        raise SettingsError('MAIL_FROM needs an address, as in "Turnout <turnout@turnout.example>"')
    return sender.strip()


def redis_url_of(env: Mapping[str, str], embedded: str, *, production: bool) -> str:
    url = env.get("REDIS_URL") or embedded
    parts = split_address(url, "REDIS_URL")
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise SettingsError("REDIS_URL must start with redis://, rediss:// or unix://")
    is_elsewhere = parts.scheme == "redis" and (parts.hostname or "localhost") not in _LOCAL
    if production and is_elsewhere and env.get("TURNOUT_ALLOW_PLAIN_REDIS") != "yes":
        raise SettingsError(
            "REDIS_URL goes to another host without encryption: use rediss://, "
            "or TURNOUT_ALLOW_PLAIN_REDIS=yes on a network of its own"
        )
    return url


def split_address(url: str, name: str) -> SplitResult:
    """The parts of an address whose port, if it has one, is a number. The line never repeats a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError(f"{name}: the host or the port cannot be read; a port is a number up to 65535") from None
    if port == 0 or any(ord(letter) <= 32 for letter in url):
        raise SettingsError(f"{name} has a port 0, a space or a line break in it")
    return parts


def _is_served(host: str, hosts: tuple[str, ...]) -> bool:
    """As the server itself compares (werkzeug's trusted hosts)."""
    name = _in_ascii(host.lower())
    served = [_in_ascii(one) for one in hosts]
    return any(name == one.strip("[]") or (one[0] == "." and f".{name}".endswith(one)) for one in served)


def _in_ascii(host: str) -> str:
    dot = "." if host.startswith(".") else ""
    try:
        return dot + host.removeprefix(".").encode("idna").decode()
    except UnicodeError:
        return host
