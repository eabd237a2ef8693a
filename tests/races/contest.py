"""Real processes that do something at the same moment.

`contest(settings, lineup)` starts one process per list of acts; all wait at a barrier, then each runs its
own acts one after the other. With `in_step` they meet again before every act, so each act is a race of its own.

With the environment variable TURNOUT_TEST_WITHOUT_LOCK set, the processes run without the lock of the event
(see `unlocking`): every race here must then be lost, or it proves nothing.
"""

import multiprocessing
import os
import queue
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import BaseContext
from typing import Any

from sqlalchemy import event, text

from tests.races.unlocking import take_the_lock_away
from tests.support.databases.standing_apps import made
from webapp.config import Settings
from webapp.domain.refusal import Refused
from webapp.extensions import db

WITHOUT_LOCK = "TURNOUT_TEST_WITHOUT_LOCK"
_LONGEST_SECONDS = 90

Act = Callable[[], Any]  # a partial of a service: it travels to another process


@dataclass(frozen=True)
class Outcome:
    """What an act came to: `done` with the service's value, or a refusal's code."""

    code: str
    value: Any = None


def contest(settings: Settings, lineup: Sequence[Sequence[Act]], *, in_step: bool = False) -> list[list[Outcome]]:
    """Run each list of acts in a process of its own, all at once; their outcomes in the same order.

    Whatever ends an act and is no refusal fails the race, with its words.
    """
    context = context_of_processes()
    barrier = context.Barrier(len(lineup))
    results = context.Queue()
    # Said here: a process forked off the server sees the environment as it was when that started.
    rules = _Rules(settings, in_step=in_step, without_lock=bool(os.environ.get(WITHOUT_LOCK)))
    processes = [
        context.Process(target=_compete, args=(rules, number, list(acts), barrier, results), daemon=True)
        for number, acts in enumerate(lineup)
    ]
    for process in processes:
        process.start()
    try:
        found = _collect(processes, results)
    finally:
        for process in processes:
            process.join(5)
            process.kill()
    failed = [outcome.value for acts in found.values() for outcome in acts if outcome.code == "failed"]
    assert not failed, f"{len(failed)} acts failed, the first with {failed[0]}"
    return [found[number] for number in range(len(lineup))]


def codes(outcomes: Sequence[Sequence[Outcome]]) -> Counter[str]:
    """How many acts came to what, over all processes."""
    return Counter(outcome.code for per_process in outcomes for outcome in per_process)


def dealt(acts: Sequence[Act], hands: int) -> list[list[Act]]:
    """The acts spread over so many processes, like cards."""
    return [list(acts[hand::hands]) for hand in range(hands)]


@dataclass(frozen=True)
class _Rules:
    settings: Settings
    in_step: bool
    without_lock: bool


@cache
def context_of_processes() -> BaseContext:
    """One server that has made an app before; every competitor is forked off it, without threads or connections."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["webapp.cli", "webapp.views", "tests.races.contest", "tests.races.warmed_up"])
    return context


def _collect(processes: Sequence[Any], results: Any) -> dict[int, list[Outcome]]:
    """What they report; a competitor that died is noticed at once and not after the time limit."""
    found: dict[int, list[Outcome]] = {}
    deadline = time.monotonic() + _LONGEST_SECONDS
    while len(found) < len(processes):
        try:
            number, outcomes = results.get(timeout=0.5)
            found[number] = outcomes
        except queue.Empty:
            if any(process.exitcode for process in processes) or time.monotonic() > deadline:
                raise AssertionError(f"exit codes {[process.exitcode for process in processes]}") from None
    return found


def _compete(rules: _Rules, number: int, acts: list[Act], barrier: Any, results: Any) -> None:
    app = made(rules.settings)
    if rules.without_lock:
        take_the_lock_away(app)
    with app.app_context():
        _wait_long_for_rows()
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
        barrier.wait(_LONGEST_SECONDS)
        outcomes = []
        for turn, act in enumerate(acts):
            if rules.in_step and turn:
                barrier.wait(_LONGEST_SECONDS)
            outcomes.append(_outcome_of(act))
        db.session.remove()
        db.engine.dispose()
    results.put((number, outcomes))


def _wait_long_for_rows() -> None:
    """A page gives up after two seconds, which a queue can take on a slow machine; here every press is to get in."""
    if db.engine.dialect.name == "postgresql":

        @event.listens_for(db.engine, "connect")
        def _be_patient(connection, _record):
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")
            connection.commit()


def _outcome_of(act: Act) -> Outcome:
    try:
        return Outcome("done", act())
    except Refused as refused:
        return Outcome(refused.code)
    except Exception as error:
        return Outcome("failed", repr(error))
