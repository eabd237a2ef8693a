"""Messages said in the reader's language. Placeholders are named: `gettext("Until {day}", day=...)`.

A table at the top of a module holds messages marked with `N_`, which are translated where they are said. Numbers
among the values are written as the language does it, so `{n}` becomes 1,200 by itself.
"""

from markupsafe import escape

from webapp.languages.formats import number
from webapp.languages.language import spoken


def gettext(message: str, /, **values: object) -> str:
    """The message in the reader's language, with its values."""
    return _filled(spoken().words.gettext(_exact(message)), values)


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """The form for `n` of them; `{n}` is there without being named."""
    return _filled(spoken().words.ngettext(one, many, n), {"n": n, **values})


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A short message whose meaning depends on where it stands ("Open": an event, or a button)."""
    return _filled(spoken().words.pgettext(context, message), values)


class Translatable(str):
    """A message of a table at the top of a module: said in the reader's language when it is printed or filled.

    Compared and looked up it is its English text.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return spoken().words.gettext(super().__str__())

    def __html__(self) -> str:
        return escape(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def format(self, *values: object, **named: object) -> str:
        return _filled(str(self), named) if named else str(self).format(*values)

    def lower(self) -> str:
        return str(self).lower()


def N_(message: str) -> str:
    """Marks a message of a table for the catalogs."""
    return Translatable(message)


def n_(one: str, many: str) -> tuple[str, str]:
    """Marks the two forms of a message that is counted later, for `ngettext`."""
    return one, many


def _exact(message: str) -> str:
    return str.__str__(message)


def _filled(said: str, values: dict[str, object]) -> str:
    if not values:
        return said
    return said.format(**{name: number(value) if type(value) is int else value for name, value in values.items()})
