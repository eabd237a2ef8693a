"""`export`: everything about an event, for a machine or a spreadsheet."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.cli.events import find_event, shown
from webapp.cli.refusals import Complaint, complaining
from webapp.queries.events.export_lines import csv_lines, json_lines

group = AppGroup("export", help="Export data.")


@group.command("event")
@click.argument("event")
@click.option("--format", "kind", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of the screen."
)
@click.option("--bom", is_flag=True, help="Start the CSV with a byte order mark, for Excel.")
@complaining
def event(event: str, kind: str, output: Path | None, bom: bool) -> None:
    """Print everything about EVENT (id or slug).

    JSON holds all of it; CSV one row per enrollment. Instants are UTC.
    """
    found = find_event(event)
    lines = csv_lines(found.id, bom=bom) if kind == "csv" else json_lines(found.id, now=clock.now())
    if output is None:
        _print(lines)
    else:
        _save(lines, output)


def _print(lines: Iterable[str]) -> None:
    """By way of a file: a reader who stops to look must not keep a transaction open."""
    with tempfile.TemporaryFile() as spool:
        for line in lines:
            spool.write(line.encode())
        spool.seek(0)
        try:
            shutil.copyfileobj(spool, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # whoever reads has seen enough, as `head` has
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _save(lines: Iterable[str], output: Path) -> None:
    """The whole file or none: written beside, then put in its place."""
    fresh = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with open(fresh, "xb") as file:
            for line in lines:
                file.write(line.encode())
        fresh.replace(output)
    except OSError as error:
        raise Complaint(f"cannot write {shown(str(output))}: {error.strerror}") from None
    finally:
        fresh.unlink(missing_ok=True)
