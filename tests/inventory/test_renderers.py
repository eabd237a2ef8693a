"""A template may have a value of any name: none is taken for an argument of the function that renders it.

The filter of the job runs was named `status`, like the argument for the answer's own status: the test client
read "failed" as 0 and went on, the real server answered 500.
"""

import ast
from pathlib import Path

from runtime.paths import ROOT

VIEWS = ROOT / "webapp" / "views"
#: Flask's own; its first argument has a name no template value has.
RENDERERS = {"render_template"}


def functions_of(text: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]


def hands_on(function: ast.FunctionDef, renderers: set[str]) -> bool:
    """Whether it takes values of any name and gives them to a renderer."""
    if function.args.kwarg is None:
        return False
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func) in renderers
        and any(word.arg is None and ast.unparse(word.value) == function.args.kwarg.arg for word in node.keywords)
        for node in ast.walk(function)
    )


def renderers_of(texts: dict[str, str]) -> dict[str, ast.FunctionDef]:
    """`file:function` of all that end in `render_template`, also by way of each other."""
    found: dict[str, ast.FunctionDef] = {}
    while True:
        names = RENDERERS | {function.name for function in found.values()}
        more = {
            f"{file}:{function.name}": function
            for file, text in texts.items()
            for function in functions_of(text)
            if hands_on(function, names)
        }
        if more.keys() == found.keys():
            return found
        found = more


def colliding(texts: dict[str, str]) -> list[str]:
    return [
        name
        for name, function in renderers_of(texts).items()
        if function.args.args or function.args.kwonlyargs or "template_name_or_list" in ast.unparse(function)
    ]


def test_a_value_of_a_template_is_never_an_argument_of_its_renderer():
    texts = {file.relative_to(ROOT).as_posix(): file.read_text() for file in _files()}

    assert "webapp/views/responses.py:render" in renderers_of(texts)
    assert colliding(texts) == []


def test_a_planted_collision_is_found():
    planted = {
        "a.py": "def show(page, /, *, status=200, **values):\n    return render_template(page, **values)",
        "b.py": "def again(page, code=200, /, **values):\n    return show(page, **values)",
        "c.py": "def once_more(page, **values):\n    return again(page, **values)",
    }

    assert colliding(planted) == ["a.py:show", "c.py:once_more"]


def _files() -> list[Path]:
    return sorted(VIEWS.rglob("*.py"))
