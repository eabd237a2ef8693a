"""Figures of a run: floor and app side by side, and the ratio between them."""

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Spread:
    """Smallest, middle and largest of some values."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(min(values), statistics.median(values), max(values))

    def __str__(self) -> str:
        return "/".join(short(value) for value in (self.low, self.middle, self.high))


@dataclass
class Report:
    """Everything one benchmark found, for a person and for a program."""

    name: str
    rows: list[dict[str, object]] = field(default_factory=list)

    def compare(self, what: str, floor: Sequence[float], app: Sequence[float], *, unit: str, bar: str) -> None:
        """Print floor, app and app/floor as min/median/max; pairs belong together, in the order they were run."""
        ratios = Spread.of([b / a for a, b in zip(floor, app, strict=True)])
        line = f"{what}: floor {Spread.of(floor)} {unit}, app {Spread.of(app)} {unit}, ratio {ratios} (bar {bar})"
        self._add(line, what=what, unit=unit, bar=bar, floor=list(floor), app=list(app), ratio=vars(ratios))

    def note(self, what: str, value: object, *, unit: str = "", bar: str = "") -> None:
        """Print one figure."""
        shown = short(value) if isinstance(value, float) else str(value)
        line = f"{what}: {shown} {unit}".rstrip() + (f" (bar {bar})" if bar else "")
        self._add(line, what=what, value=value if isinstance(value, int | float) else str(value), unit=unit, bar=bar)

    def require(self, what: str, found: object, expected: object) -> None:
        """A timed run that is not exact is worth nothing."""
        if found != expected:
            raise SystemExit(f"{self.name}: {what} is {found!r} and not {expected!r}")
        self._add(f"exact: {what} = {found}", what=what, value=str(found))

    def require_all(self, what: str, statuses: Mapping[int, int], expected: int) -> None:
        """Every answer had that status; said only where one had another."""
        if set(statuses) != {expected}:
            raise SystemExit(f"{self.name}: {what} were {dict(statuses)} and not all {expected}")

    def _add(self, line: str, **row: object) -> None:
        print(f"  {line}", flush=True)
        self.rows.append(row)


def short(value: float) -> str:
    """Three digits that matter."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def noise() -> float:
    """Seconds for a fixed loop: what else the machine is doing shows here (0.08 when idle where this was written)."""
    return timed(lambda: sum(number * number for number in range(1_500_000)))


def write_json(reports: Sequence[Report], file: Path) -> None:
    file.write_text(json.dumps({report.name: report.rows for report in reports}, indent=1, default=str))
