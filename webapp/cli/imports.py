"""`import`: what was begun elsewhere."""

from collections import Counter
from pathlib import Path

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.adapters.spreadsheet import Decoded, decode_text
from webapp.cli.events import find_event, shown
from webapp.cli.refusals import Complaint, complaining, refusal_line
from webapp.domain.guest_list import DELIMITERS, GuestList, read_guest_list
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.services.places.guest_import import Line, Result, import_guests

group = AppGroup("import", help="Bring in what was begun elsewhere.")

MOST_BYTES = 10 * 1024 * 1024
_STATUS = {"confirmed": "confirmed", "checked_in": "checked in", "no_show": "no-show"}


@group.command("guests")
@click.argument("event")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell the same and write nothing.")
@click.option("--encoding", help="How the file is written where it is not UTF-8, for example cp1252.")
@complaining
def guests(event: str, file: Path, dry_run: bool, encoding: str | None) -> None:
    """Enroll the guests of a CSV FILE in EVENT (id or slug), in the order of the file.

    Any product's export will do: columns are recognised by their headings. A second run
    changes nothing.
    """
    found = find_event(event)
    decoded = decode_text(_read(file), encoding)
    listed = read_guest_list(decoded.text)
    source = f"{shown(file.name)[:80]}"
    click.echo(f"Event {found.id}: {shown(found.title)}")
    _show_mapping(listed, decoded)
    counts: Counter[Result] = Counter()
    chunks = import_guests(
        event_id=found.id,
        guests=listed.guests,
        actor=Actor(user_id=None, name=f"Import of {source}"),
        reason=f"Imported from {source}",
        now=clock.now(),
        dry_run=dry_run,
    )
    for chunk in chunks:
        click.echo("\n".join(_sentence(line) for line in chunk))
        counts.update(line.result for line in chunk if line.result)
    _show_counts(counts, dry_run=dry_run)


def _read(file: Path) -> bytes:
    with open(file, "rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Complaint(f"{shown(file.name)} is larger than {MOST_BYTES // 1024 // 1024} MB")
    return data


def _show_mapping(listed: GuestList, decoded: Decoded) -> None:
    columns = listed.columns
    used = ", ".join(
        f"{meaning.replace('_', ' ')} = {shown(columns.headings[at])!r}" for meaning, at in columns.used.items()
    )
    unused = ", ".join(repr(shown(heading)) for heading in columns.unused) or "none"
    rows = len(listed.guests)
    click.echo(f"Read as {decoded.encoding}, separated by {DELIMITERS[listed.delimiter]}: {rows:,} rows")
    click.echo(f"Columns: {used}")
    click.echo(f"Columns not used: {unused}")


def _sentence(line: Line) -> str:
    who = shown(line.address or line.name)[:120]
    several = f" ({line.tickets} tickets in the file: one place each person)" if line.tickets > 1 else ""
    return f"line {line.number}: {who}: {_told(line)}{several}"


def _told(line: Line) -> str:
    facts = line.facts
    match line.result:
        case Result.WAITLISTED:
            return f"waitlisted at {facts['rank']}"
        case Result.ALREADY:
            status = str(facts["status"])
            return f"already enrolled ({_STATUS.get(status, status)})"
        case Result.DUPLICATE:
            return f"duplicate of line {facts['of']}"
        case Result.BAD_ADDRESS if facts["code"] == "email_invalid":
            return f"bad address: {facts['why']}"
        case Result.BAD_ADDRESS | Result.BAD_NAME:
            kind = "address" if line.result is Result.BAD_ADDRESS else "name"
            code = str(facts["code"])
            why = refusal_line(Refused(code, **{k: v for k, v in facts.items() if k != "code"}))
            return f"bad {kind}: {why}"
        case _:
            return _PLAIN[line.result]


_PLAIN = {
    Result.ENROLLED: "enrolled",
    Result.OUT: "cancelled in the file",
    Result.NO_NAME: "no name",
    Result.NO_ADDRESS: "no address",
    Result.GAVE_UP: "gave up the place earlier, not enrolled again",
    Result.FULL: "event full",
}
_COUNTED = {
    Result.ENROLLED: "enrolled",
    Result.WAITLISTED: "waitlisted",
    Result.ALREADY: "already enrolled",
    Result.DUPLICATE: "duplicates",
    Result.OUT: "cancelled in the file",
    Result.GAVE_UP: "gave up earlier",
    Result.FULL: "event full",
    Result.NO_NAME: "without name",
    Result.NO_ADDRESS: "without address",
    Result.BAD_NAME: "with a bad name",
    Result.BAD_ADDRESS: "with a bad address",
}


def _show_counts(counts: Counter[Result], *, dry_run: bool) -> None:
    told = ", ".join(f"{counts[result]:,} {words}" for result, words in _COUNTED.items() if counts[result])
    click.echo(f"Result: {told or 'no guests in the file'}")
    if dry_run:
        click.echo("Dry run: nothing was written.")
