"""Public holidays by country and region, as the package `holidays` knows them. Loaded where they are asked for."""

from datetime import date
from functools import cache

from webapp.domain.refusal import Refused


def holidays_of(country: str, region: str | None, first: date, last: date) -> dict[date, str]:
    """The public holidays of that country (and region) between two dates, both included, with their names.

    A country or a region that the package no longer knows has none.
    """
    import holidays  # noqa: PLC0415 -- few processes need it

    try:
        found = holidays.country_holidays(country, subdiv=region, years=range(first.year, last.year + 1))
    except NotImplementedError:
        return {}
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}


@cache
def countries() -> dict[str, tuple[tuple[str, str], ...]]:
    """Country codes (ISO 3166), each with its regions: code and name, which is the code where nothing else is known."""
    import holidays  # noqa: PLC0415 -- see above

    return {code: tuple(_regions(code, regions)) for code, regions in holidays.list_supported_countries(False).items()}


def require_country(country: str, region: str | None) -> None:
    """Refuse what nobody knows the holidays of: `unknown_country`, `unknown_region`."""
    if country not in countries():
        raise Refused("unknown_country")
    if region is not None and region not in dict(countries()[country]):
        raise Refused("unknown_region")


def _regions(country: str, codes: list[str]) -> list[tuple[str, str]]:
    if not codes:
        return []
    import holidays  # noqa: PLC0415 -- see above

    aliases = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    names = {code: name for name, code in reversed(aliases.items())}
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda one: one[1])
