"""`make bench`: all of them, or those named. `--json FILE` also writes the figures for a program."""

import argparse
import importlib
from pathlib import Path
from types import ModuleType

from bench.support import postgres
from bench.support.figures import noise, short, write_json

ALL = (
    "closing",
    "endings",
    "guest_import",
    "promote",
    "presence",
    "activation",
    "roll_call",
    "desk",
    "start_page",
    "policy_trial",
    "enroll_scale",
    "check_in_scale",
    "filled",
    "enroll_http",
    "webhooks",
    "redis_silent",
    "prompts",
    "mailings",
    "idle",
    "crowded_pages",
)
#: Those that lie in a folder.
_FOLDERS = {"prompts": "told.", "mailings": "told.", "enroll_scale": "scale.", "check_in_scale": "scale."}


def benchmark(name: str) -> ModuleType:
    """The module of that name."""
    return importlib.import_module(f"bench.{_FOLDERS.get(name, '')}{name}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(ALL)}")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args()
    unknown = set(options.names) - set(ALL)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    reports = []
    with postgres.server() as server_url:
        for name in options.names or ALL:
            print(f"{name} (noise {short(noise())} s)", flush=True)
            reports.append(benchmark(name).main(server_url))
    if options.json:
        write_json(reports, options.json)


if __name__ == "__main__":
    main()
