"""An event's export as lines of text: CSV for a spreadsheet, JSON for a machine."""

from collections.abc import Collection, Iterator
from datetime import datetime

from webapp.adapters.spreadsheet import csv_line
from webapp.queries.events.export import enrollment_rows, event_export
from webapp.queries.json_lines import dumped, named_lists

_COLUMNS = (
    "id",
    "name",
    "email",
    "phone",
    "status",
    "rank",
    "days_present",
    "source",
    "over_capacity",
    "appeal",
    "party_id",
    "pass_code",
    "enrolled_at",
    "confirmed_at",
    "promoted_at",
    "checked_in_at",
    "attended_at",
    "no_show_at",
    "cancelled_at",
    "rejected_at",
    "changed_at",
)


def csv_lines(event_id: int, *, bom: bool = False, only: Collection[int] | None = None) -> Iterator[str]:
    """One record per enrollment, every cell safe in a spreadsheet; `only` those enrollment ids."""
    yield ("\ufeff" if bom else "") + csv_line(_COLUMNS)
    for row in enrollment_rows(event_id):
        if only is None or row["id"] in only:
            yield csv_line(row[name] for name in _COLUMNS)


def json_lines(event_id: int, *, now: datetime) -> Iterator[str]:
    """One value with a line for each row, so that it can be read by eye and by `grep`, too."""
    export = event_export(event_id)
    yield '{"exported_at": ' + dumped(f"{now:%Y-%m-%dT%H:%M:%SZ}")
    yield f',\n"event": {dumped(export.event)},\n"policy": {dumped(export.policy)}'
    yield from named_lists(export.lists.items())
