"""`import`: what was begun elsewhere."""

from collections import Counter
from pathlib import Path

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.adapters.spreadsheet import Decoded, decode_text
from webapp.cli.events import find_event, shown
from webapp.cli.refusals import Complaint, complaining, refusal_line
from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_columns import BY_HAND
from webapp.domain.places.lists.guest_list import DELIMITERS, GuestList, answers_said, read_guest_list
from webapp.domain.refusal import Refused
from webapp.services.places.guest_import import Line, Result, import_guests

group = AppGroup("import", help="Import data from elsewhere.")

MOST_BYTES = 10 * 1024 * 1024
_STATUS: dict[str, str] = {S.CONFIRMED: "confirmed", S.CHECKED_IN: "checked in", S.NO_SHOW: "no-show"}


@group.command("guests")
@click.argument("event")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the result without writing anything.")
@click.option("--encoding", help="The file's encoding if it is not UTF-8, for example cp1252.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar='MEANING="HEADING"',
    help=f"Say which column is what, once per column; MEANING is {', '.join(BY_HAND)}. An empty HEADING: none is.",
)
@complaining
def guests(event: str, file: Path, dry_run: bool, encoding: str | None, columns: tuple[str, ...]) -> None:
    """Enroll the guests of a CSV FILE in EVENT (id or slug), in the order of the file.

    Any product's export will do: columns are recognised by their headings. People who wait in the
    file join the waitlist after everyone else. A second run changes nothing.
    """
    found = find_event(event)
    named = _named_columns(columns)
    decoded = decode_text(_read(file), encoding)
    listed = read_guest_list(decoded.text, named)
    source = f"{shown(file.name)[:80]}"
    click.echo(f"Event {found.id}: {shown(found.title)}")
    _show_mapping(listed, decoded)
    counts: Counter[Result] = Counter()
    contradicted = 0
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
        contradicted += sum(line.may_contradict and "status" in line.facts for line in chunk)
    _show_counts(counts, contradicted, dry_run=dry_run)


def _named_columns(columns: tuple[str, ...]) -> dict[str, str]:
    """`email="Contact"` as a mapping. Raises Refused: `column_unknown`."""
    named = {}
    for column in columns:
        meaning, equals, heading = column.partition("=")
        meaning = " ".join(meaning.replace("_", " ").replace("-", " ").split()).lower()
        meaning = {"e mail": "email", "address": "email"}.get(meaning, meaning)
        if not equals or meaning not in BY_HAND:
            raise Refused("column_unknown", known=", ".join(BY_HAND))
        named[meaning] = heading.strip()
    return named


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
    skipped = f", {listed.without_guest:,} more without a name or an address" if listed.without_guest else ""
    click.echo(f"Read as {decoded.encoding}, separated by {DELIMITERS[listed.delimiter]}: {rows:,} rows{skipped}")
    click.echo(f"Columns: {used}")
    click.echo(f"Columns not used: {unused}")
    for answer, words in answers_said(listed.guests).items():
        some = ", ".join(repr(shown(one)[:60]) for one in words[:_WORDS_SHOWN])
        more = f" and {len(words) - _WORDS_SHOWN:,} more" if len(words) > _WORDS_SHOWN else ""
        click.echo(f"Read as {_ANSWERS[answer]}: {some}{more}")


def _sentence(line: Line) -> str:
    who = shown(line.address or line.name)[:120]
    several = f" ({line.tickets} tickets in the file: one place each person)" if line.tickets > 1 else ""
    care = (
        f", {shown(line.name)[:120]} is looked after by {shown(str(line.facts['carer']))}"
        if "carer" in line.facts
        else ""
    )
    return f"line {line.number}: {who}: {_told(line)}{care}{several}"


def _told(line: Line) -> str:
    facts = line.facts
    match line.result:
        case Result.WAITLISTED:
            return f"waitlisted at {facts['rank']}"
        case Result.ALREADY:
            waits = f", but waits in the file: {_says(line)}" if line.is_waiting else ""
            return f"already enrolled ({_status(line)}){waits}"
        case Result.DUPLICATE:
            return f"duplicate of line {facts['of']}"
        case Result.SUPERSEDED:
            return f"answered again in line {facts['of']}"
        case Result.SHARED:
            return (
                f"too many people come with the address of {shown(line.name)}: "
                "give each of them their own address, or add them at the desk as a walk-in"
            )
        case Result.OUT | Result.OPEN:
            return _without_place(line)
        case Result.WAITS:
            return f"waiting in the file ({_says(line)}), and places are free: enroll them by hand if they may come"
        case Result.BAD_ADDRESS if facts["code"] == "email_invalid":
            return f"bad address: {facts['why']}"
        case Result.BAD_ADDRESS | Result.BAD_NAME:
            kind = "address" if line.result is Result.BAD_ADDRESS else "name"
            code = str(facts["code"])
            why = refusal_line(Refused(code, **{k: v for k, v in facts.items() if k != "code"}))
            return f"bad {kind}: {why}"
        case _:
            return _PLAIN[line.result]


def _without_place(line: Line) -> str:
    """Not coming, or not yet; a place that this person has here is told, and stays."""
    told = f"{'not coming' if line.result is Result.OUT else 'no answer yet'} ({_says(line)})"
    if "status" not in line.facts:
        return told
    return f"{told}, but has a place here ({_status(line)}): cancel it under Enrollments if the file is right"


def _says(line: Line) -> str:
    return repr(shown(str(line.facts.get("says", "")))[:60])


def _status(line: Line) -> str:
    status = str(line.facts["status"])
    return _STATUS.get(status, status)


_WORDS_SHOWN = 12
_ANSWERS = {Answer.COMING: "coming", Answer.WAITING: "waiting", Answer.OPEN: "no answer yet", Answer.OUT: "not coming"}
_PLAIN: dict[Result | None, str] = {
    Result.ENROLLED: "enrolled",
    Result.NO_NAME: "no name",
    Result.NO_ADDRESS: "no address",
    Result.GAVE_UP: "cancelled the place earlier, not enrolled again",
    Result.FULL: "event full",
}
_COUNTED = {
    Result.ENROLLED: "enrolled",
    Result.WAITLISTED: "waitlisted",
    Result.ALREADY: "already enrolled",
    Result.DUPLICATE: "duplicates",
    Result.SUPERSEDED: "answered again",
    Result.SHARED: "with an address of too many people",
    Result.OUT: "not coming",
    Result.OPEN: "no answer yet",
    Result.WAITS: "waiting in the file",
    Result.GAVE_UP: "cancelled earlier",
    Result.FULL: "event full",
    Result.NO_NAME: "without name",
    Result.NO_ADDRESS: "without address",
    Result.BAD_NAME: "with a bad name",
    Result.BAD_ADDRESS: "with a bad address",
}


def _show_counts(counts: Counter[Result], contradicted: int, *, dry_run: bool) -> None:
    told = ", ".join(f"{counts[result]:,} {words}" for result, words in _COUNTED.items() if counts[result])
    click.echo(f"Result: {told or 'no guests in the file'}")
    if contradicted:
        people = "1 person has" if contradicted == 1 else f"{contradicted:,} people have"
        click.echo(
            f"Contradicted: {people} a place here, but the file says they are not coming. They keep their place."
        )
    if dry_run:
        click.echo("Dry run: nothing was written.")
