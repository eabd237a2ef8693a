"""Jinja as Flask sets it up, with imports between templates that cost next to nothing, and with translated words."""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from flask.templating import Environment
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from webapp.languages.formats import number
from webapp.languages.language import spoken
from webapp.views.fragments import kept_part


class TemplateEnvironment(Environment):
    """Nobody here gives a template globals of its own, so all of them share the app's.

    Jinja wraps them once more for every template, and asks each `from ... import` for the names
    that only the wrapper holds: 50 slow look-ups, eleven times a page.

    `_('...')` and `{% trans %}` say their message in the reader's language. A message may hold tags of ours; what is
    put into its places is escaped. Numbers are written as the language does it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.policies["ext.i18n.trimmed"] = True
        self.add_extension("jinja2.ext.i18n")
        self.newstyle_gettext = True
        self.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext, spoken=spoken)
        self.globals["kept_part"] = kept_part

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: object) -> str:
    return _filled(context, spoken().words.gettext(message), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, n: int, /, **values: object) -> str:
    return _filled(context, spoken().words.ngettext(one, many, n), {"num": n, **values})


@pass_eval_context
def _pgettext(context: EvalContext, about: str, message: str, /, **values: object) -> str:
    return _filled(context, spoken().words.pgettext(about, message), values)


def _filled(context: EvalContext, said: str, values: dict[str, object]) -> str:
    if context.autoescape and not values:
        return _without_values(said)
    if context.autoescape:
        said = Markup(said)  # noqa: S704 -- messages are ours, values are escaped below
    return said % {name: number(value) if type(value) is int else value for name, value in values.items()}


@lru_cache(maxsize=4096)
def _without_values(said: str) -> Markup:
    """A page has dozens of them."""
    return Markup(said) % {}  # noqa: S704 -- messages are ours
