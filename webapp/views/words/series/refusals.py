"""What is said when dates of a series are refused."""

from collections.abc import Mapping

from webapp.languages.words import N_
from webapp.views.words.counted import Counted

SENTENCES: Mapping[str, tuple[str | Counted, ...]] = {
    "series_needs_end": (N_("Enter a number of dates, or a last day"),),
    "too_many_dates": (
        N_("A series can have up to {most} dates, so {left} more can be added. Choose fewer"),
        N_("That would be too many dates for a series. Choose fewer"),
    ),
    "series_day_alone": (N_("Only one date can be moved to another day at a time"),),
    "date_changed_since": (N_("This date was changed again since, so it stays as it is."),),
    "no_dates": (N_("Choose at least one date"),),
}
