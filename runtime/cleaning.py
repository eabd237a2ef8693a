"""`make clean`: back to a fresh checkout, except for the data of the person who runs it."""

import shutil

from runtime.paths import ROOT, VENV

MADE_BY_TOOLS = [
    ".venv.lock",
    ".test-results",
    "mutants",
    ".pytest_cache",
    ".ruff_cache",
    ".mypy_cache",
    ".hypothesis",
    ".import_linter_cache",
]


def clean() -> None:
    """Remove what setup and tests made; `instance/` is somebody's data and stays."""
    for caches in [*ROOT.glob("*/**/__pycache__"), ROOT / "__pycache__"]:
        if VENV not in caches.parents:
            shutil.rmtree(caches, ignore_errors=True)
    for place in [VENV, *(ROOT / name for name in MADE_BY_TOOLS)]:
        shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)
