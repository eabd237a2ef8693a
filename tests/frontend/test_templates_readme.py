"""What the table of components promises is there."""

import re

import pytest

from tests.frontend.sources import PAGES, STATIC, TEMPLATES

README = (TEMPLATES / "README.md").read_text()
COMPONENTS = "".join(page.read_text() for page in PAGES)
STYLES = "".join(sheet.read_text() for sheet in STATIC.rglob("css/**/*.css"))


@pytest.mark.only_db("sqlite")
def test_every_macro_and_function_is_one(app) -> None:
    macros = set(re.findall(r"macro (\w+)\(", COMPONENTS))
    functions = {*app.jinja_env.globals, *app.jinja_env.filters}
    named = set(re.findall(r"(?:\{\{ |\) %\}|call\(part\) |call |\| ?|`)(\w+)\(", README))
    assert len(named) > 30
    assert named - macros - functions == {"flash"}  # a function of views


def test_every_argument_by_name_is_one() -> None:
    for name, arguments in re.findall(r"\{[{%] (?:call(?:\(part\))? )?(\w+)\(([^{}]*)\) [%}]\}", README):
        signature = re.search(rf"macro {name}\(([^)]*)\)", COMPONENTS)
        for argument in re.findall(r"(\w+)=", arguments) if signature else ():
            assert re.search(rf"\b{argument}\b", signature[1]), f"{name} takes no {argument}"


def test_every_class_is_one() -> None:
    tables = README.partition("Classes worth knowing:")[2].partition("`nojs`")[0]
    for name in re.findall(r"`([a-z][\w-]*)`", tables):
        if name not in {"table", "opt-l"}:
            assert f".{name}" in STYLES, name
