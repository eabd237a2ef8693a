"""What a session calls the browser it belongs to."""


def device_words(browser: str | None, system: str | None, device: str | None) -> str:
    """Firefox on Windows; Mobile Safari on iOS (iPhone); what is not known is left out, and may be all of it."""
    where = " on ".join(part for part in (browser, system) if part)
    if not where:
        return ""
    is_news = device and device not in where
    return f"{where} ({device})" if is_news else where
