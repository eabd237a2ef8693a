"""What Babel cannot find by itself: words that stand in the data of the domain, which knows no languages."""

import ast
from collections.abc import Iterator
from typing import IO

#: Constructors of the domain, and which of their arguments people read: by name, or by place.
_READ = {
    "PeriodicJob": ("title", "often", "about"),
    "SessionKind": (1,),
    "ReportField": (1,),
}
#: Tables of the domain with pairs of a word that is stored and the words that are shown.
_SHOWN = {"_GRADES", "_DONE"}


def words_of_data(
    fileobj: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """For Babel: (line, function, message, comments) of each."""
    for node in ast.walk(ast.parse(fileobj.read())):
        for found in (*_arguments(node), *_pairs(node)):
            if isinstance(found, ast.Constant) and isinstance(found.value, str):
                yield found.lineno, "gettext", found.value, []


def _arguments(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    for where in _READ.get(node.func.id, ()):
        if isinstance(where, int):
            yield from node.args[where : where + 1]
        else:
            yield from (word.value for word in node.keywords if word.arg == where)


def _pairs(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Assign) or not any(getattr(one, "id", "") in _SHOWN for one in node.targets):
        return
    for pair in getattr(node.value, "elts", ()):
        yield from pair.elts[1:2]
