"""`demo`: fill the demonstration and move its clock. The group exists in the demo environment only."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from webapp import clock, queueing
from webapp.cli.refusals import complaining
from webapp.domain.instant_text import parse_clock
from webapp.domain.numbers import parse_whole
from webapp.services.demo.demo_people import add_demo_people

group = AppGroup("demo", help="Fill the demo and set its clock.")

#: How long a command waits for its nudge to leave; without it the next tick finds the work.
_NUDGE_PATIENCE_SECONDS = 2.0
MOST_PEOPLE = 20_000


@group.command("clock", context_settings={"ignore_unknown_options": True})
@click.argument("setting", required=False)
@complaining
def show_or_move_clock(setting: str | None) -> None:
    """Show the clock, or move it: 2026-06-12T22:00Z, +1h, -30m, +2d, real."""
    before = clock.now()
    if setting is None:
        click.echo(f"{_written(before)}  ({_distance()})")
        return
    clock.move(parse_clock(setting).offset_from_real(now=before, real_now=clock.real_now()))
    queueing.nudge("tick")
    current_app.extensions["nudger"].settle(_NUDGE_PATIENCE_SECONDS)
    click.echo(f"{_written(before)} -> {_written(clock.now())}  ({_distance()})")


@group.command("people")
@click.option("--count", default="400", help=f"How many people, 1 to {MOST_PEOPLE}.")
@complaining
def people(count: str) -> None:
    """Make sure that p0001@demo.test and as many more exist (password turnout-demo)."""
    wanted = parse_whole(count, low=1, high=MOST_PEOPLE, field="--count")
    added = add_demo_people(count=wanted, now=clock.now())
    last = f"p{wanted:04d}@demo.test"
    click.echo(f"p0001@demo.test to {last}: {added} added, {wanted - added} already existed.")


def _written(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _distance() -> str:
    away = round(clock.offset().total_seconds())
    if away == 0:
        return "the real time"
    days, rest = divmod(abs(away), 86_400)
    size = " ".join(
        f"{amount} {unit}" for amount, unit in ((days, "d"), (rest // 3600, "h"), (rest % 3600 // 60, "min")) if amount
    )
    return f"{size or f'{rest} s'} {'ahead of' if away > 0 else 'behind'} the real time"
