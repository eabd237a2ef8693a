"""Which browser on which system sent a request, as far as it says so itself."""

from webapp.domain.device import Device

_OTHER = {"Other", "K", "Generic Smartphone", "Generic Feature Phone"}


def device_of(user_agent: str) -> Device:
    """The browser, its system and the machine."""
    # Hundreds of patterns: only processes that show somebody's sessions read them.
    from ua_parser import parse  # noqa: PLC0415 -- see above

    found = parse(user_agent)
    names = (
        found.user_agent.family if found.user_agent else None,
        found.os.family if found.os else None,
        found.device.family if found.device else None,
    )
    return Device(*(None if name in _OTHER else name for name in names))
