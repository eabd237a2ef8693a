"""The verbs of dev.py. Each one imports what it needs only when it is asked for, so `help` stays immediate."""

import sys

from runtime.complaint import Complaint, say

HELP = """\
make run      set up, start everything and serve on http://127.0.0.1:8000 (PORT=... for another port)
make test     set up, then all checks and tests                     ARGS="-k waitlist" for a part of them
              and the long form of what takes minutes               ARGS="-m long"
make races    the races alone, short and long, and each of them lost without the lock
make mutants  change the rules one place at a time, and see whether their tests notice
make lint     only the checks: style, and which layer may import which
make bench    measure speed
make words    collect all messages for translators, and bring the catalogs up to date
make setup    only make .venv with everything tests need
make lock     write requirements*.lock anew from pyproject.toml      ARGS="--upgrade" for newer versions
make clean    remove .venv and what tests left (your data in instance/ stays)"""


def main(arguments: list[str]) -> int:
    """Run one verb; what a person can put right is one line and exit code 1."""
    verb, *rest = arguments or ["help"]
    command = VERBS.get(verb)
    if command is None:
        say(f"there is no command {verb!r}; there are: {', '.join(VERBS)}")
        return 2
    try:
        return command(rest) or 0
    except Complaint as complaint:
        say(str(complaint))
        return 1
    except KeyboardInterrupt:
        return 130


def _run(_rest: list[str]) -> int:
    from runtime.start import start

    return start()


def _test(rest: list[str]) -> int:
    from runtime.checks import test

    return test(rest)


def _races(rest: list[str]) -> int:
    from runtime.checks import races

    return races(rest)


def _mutants(rest: list[str]) -> int:
    from runtime.mutants import mutants

    return mutants(rest)


def _lint(_rest: list[str]) -> int:
    from runtime.checks import lint

    return lint()


def _bench(rest: list[str]) -> int:
    from runtime.checks import bench

    return bench(rest)


def _setup(_rest: list[str]) -> None:
    from runtime import environment

    environment.ensure(environment.TEST_LOCK)


def _lock(rest: list[str]) -> None:
    from runtime.locking import write_locks

    write_locks(rest)


def _words(_rest: list[str]) -> None:
    from runtime.catalogs import update_catalogs

    update_catalogs()


def _clean(_rest: list[str]) -> None:
    from runtime.cleaning import clean

    clean()


def _help(_rest: list[str]) -> None:
    sys.stdout.write(HELP + "\n")


VERBS = {
    "run": _run,
    "test": _test,
    "races": _races,
    "mutants": _mutants,
    "bench": _bench,
    "lint": _lint,
    "lock": _lock,
    "words": _words,
    "setup": _setup,
    "clean": _clean,
    "help": _help,
}
