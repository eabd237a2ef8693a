"""Origins of other sites: who may show one of our pages in a frame."""

import re
from urllib.parse import urlsplit

from webapp.domain.refusal import Refused

MOST_ORIGINS = 20
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]")


def require_origin(text: str) -> str:
    """`https://site.example` of whatever address of that site, `:port` where it names one; or `origin_invalid`.

    A name in another script becomes what browsers ask for (`https://münchen.example` as `xn--...`).
    """
    typed = text.strip()
    whole = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port
    except (ValueError, UnicodeError):
        raise Refused("origin_invalid", typed=typed) from None
    is_odd = parts.scheme != "https" or parts.username is not None or any(letter in whole for letter in " \t;,'\"\\*")
    if is_odd or not _HOST.fullmatch(host):
        raise Refused("origin_invalid", typed=typed)
    return f"https://{host}" + (f":{port}" if port not in {None, 443} else "")


def require_origins(text: str) -> tuple[str, ...]:
    """One origin a line, each once. Refuses `origin_invalid` and `too_many_origins`."""
    found = tuple(dict.fromkeys(require_origin(line) for line in text.splitlines() if line.strip()))
    if len(found) > MOST_ORIGINS:
        raise Refused("too_many_origins", most=MOST_ORIGINS)
    return found
