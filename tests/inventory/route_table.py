"""The table of routes, as written down in routes.txt: one line per method, rule and guard."""

import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

FILE = Path(__file__).parent / "routes.txt"
_HEADER = "# method rule guard. A new route is a new line here, or the build fails.\n"
#: What stands for a part of an address in a request that only has to reach the guard.
_SAMPLES = {"slug": "hot", "pass_code": "0000001W", "string": "unknown", "path": "css/app.css", "default": "tidy"}


@dataclass(frozen=True)
class Route:
    method: str
    rule: str
    guard: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule} {self.guard}"

    @property
    def has_id(self) -> bool:
        return "<id:" in self.rule

    def path(self, number: object = 1) -> str:
        """An address of the route; every id in it is `number`."""
        return re.sub(r"<(?:(\w+)(?:\((.*?)\))?:)?\w+>", lambda part: _sample(part, number), self.rule)


def _sample(part: re.Match, number: object) -> str:
    kind, options = part.group(1) or "default", part.group(2)
    if kind == "any":
        return options.partition(",")[0].strip("'")
    if length := re.search(r"\blength=(\d+)", options or ""):
        return "x" * int(length.group(1))
    return str(number) if kind in {"id", "int"} else _SAMPLES[kind]


def routes_of(app: Flask) -> list[Route]:
    """What the app serves."""
    found = []
    for rule in app.url_map.iter_rules():
        guard = "file" if rule.endpoint == "static" else getattr(app.view_functions[rule.endpoint], "guard", "NONE")
        found += [Route(method, rule.rule, guard) for method in rule.methods - {"HEAD", "OPTIONS"}]
    return sorted(found, key=lambda route: (route.rule, route.method))


def written_down() -> list[Route]:
    """What routes.txt says."""
    lines = [line for line in FILE.read_text().splitlines() if not line.startswith("#")]
    return [Route(line.split(" ")[0], " ".join(line.split(" ")[1:-1]), line.split(" ")[-1]) for line in lines]


def write_down(routes: list[Route]) -> None:
    FILE.write_text(_HEADER + "".join(f"{route}\n" for route in routes))
