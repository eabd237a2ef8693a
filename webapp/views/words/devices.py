"""What a session calls the browser it belongs to."""

from webapp.domain.device import Device
from webapp.languages.words import gettext


def device_words(device: Device) -> str:
    """Firefox on Windows; Mobile Safari on iOS (iPhone); what is not known is left out."""
    browser, system, model = device.browser, device.system, device.new_model
    if browser and system:
        if model:
            return gettext("{browser} on {system} ({model})", browser=browser, system=system, model=model)
        return gettext("{browser} on {system}", browser=browser, system=system)
    known = browser or system
    if not known:
        return gettext("Unknown device")
    return gettext("{browser} ({model})", browser=known, model=model) if model else known
