"""Six months in four small pictures, drawn by the server, each with its table and its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import Row

from webapp.domain.events.month_figures import Figure, Month, MonthFigures, last_months
from webapp.domain.permission import Actor, Permission
from webapp.domain.refusal import Refused
from webapp.languages import formats
from webapp.languages.language import spoken
from webapp.languages.words import N_, gettext
from webapp.queries.events.class_months import class_months, programs_in_reach
from webapp.queries.events.month_figures import csv_lines, event_months
from webapp.queries.organizations.workplace import Workplace, workplaces
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.start.places import zone_of
from webapp.views.guards import staff, the_actor
from webapp.views.http.download import download

_WORDS = {
    Figure.FILL: N_("Places filled"),
    Figure.SHOW: N_("Show rate"),
    Figure.NO_SHOWS: N_("No-shows"),
    Figure.ANSWERS: N_("Answered the follow-up"),
}
#: The picture in its own units: six columns on a line, words below and above.
_WIDTH, _BASE, _HIGHEST, _COLUMN = 280.0, 70.0, 52.0, 27.0


@dataclass(frozen=True, slots=True)
class Column:
    """One month: where it is drawn, how high, and what stands there in words. Without anything it has no height."""

    x: str
    y: str
    height: str
    middle: str
    above: str
    month: str
    words: str
    of: str
    is_now: bool
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure with its columns; `now` and `before` are the last two of them."""

    figure: Figure
    title: str
    columns: tuple[Column, ...]
    export_href: str

    @property
    def now(self) -> Column:
        return self.columns[-1]

    @property
    def before(self) -> Column:
        return self.columns[-2]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the figures are of: everything, one facility, or one program; `by` as the address has it."""

    by: str = ""
    facility_id: int | None = None
    program_id: int | None = None


def figures_of(actor: Actor, places: Sequence[Workplace], zone: str) -> dict[str, Any]:
    """What the template needs of them. Four statements."""
    programs = programs_in_reach(actor.reach(Permission.VIEW_CLASSES))
    chosen = _chosen(places, programs)
    months = last_months(request_time.now(), zone)
    found = _months(actor, chosen, months)
    shown = [one for one in Figure if chosen.program_id is None or one is not Figure.ANSWERS]
    return {
        "figures": [_picture(one, months, found, chosen) for one in shown],
        "by": chosen.by,
        "choices": _choices(places, programs),
        "has_figures": chosen.by != "" or any(one.had_place for one in found),
    }


@blueprint.get("/figures/<any('places-filled', 'show-rate', 'no-shows', 'follow-up-answers'):figure>.csv")
@staff(Permission.VIEW_ROSTER)
def figure_csv(figure: str) -> Response:
    """One figure by month, for a spreadsheet; `by` as on the start page."""
    actor = the_actor()
    places = workplaces(actor.grants)
    chosen = _chosen(places, programs_in_reach(actor.reach(Permission.VIEW_CLASSES)))
    months = last_months(request_time.now(), zone_of(places, actor))
    return download(csv_lines(Figure(figure), months, _months(actor, chosen, months)), f"{figure}.csv", "text/csv")


def _months(actor: Actor, chosen: Chosen, months: Sequence[Month]) -> list[MonthFigures]:
    now = request_time.now()
    if chosen.program_id is not None:
        return class_months(actor.reach(Permission.VIEW_CLASSES), chosen.program_id, months, now=now)
    return event_months(actor.reach(Permission.VIEW_ROSTER), months, now=now, facility_id=chosen.facility_id)


def _chosen(places: Sequence[Workplace], programs: Sequence[Row]) -> Chosen:
    """What the address asks for; anything that this person does not reach is not found."""
    by = request.args.get("by", "")
    if not by:
        return Chosen()
    facilities = {f"facility-{one.facility_id}": one.facility_id for one in places if one.facility_id is not None}
    if by in facilities:
        return Chosen(by, facility_id=facilities[by])
    known = {f"program-{one.id}": one.id for one in programs}
    if by not in known:
        raise Refused("not_found")
    return Chosen(by, program_id=known[by])


def _choices(places: Sequence[Workplace], programs: Sequence[Row]) -> list[tuple[str, str]]:
    facilities = [one for one in places if one.facility_id is not None]
    of_facilities = [
        (f"facility-{one.facility_id}", gettext("Facility: {name}", name=one.facility_name))
        for one in (facilities if len(facilities) > 1 else ())
    ]
    return of_facilities + [(f"program-{one.id}", gettext("Program: {name}", name=one.name)) for one in programs]


def _picture(figure: Figure, months: Sequence[Month], found: Sequence[MonthFigures], chosen: Chosen) -> Picture:
    heights = [_height(figure, one) for one in found]
    most = max([one for one in heights if one is not None], default=0.0)
    scale = max(1.0, most) if figure is not Figure.NO_SHOWS else max(most, 1.0)
    columns = tuple(
        _column(figure, at, months[at], one, 0.0 if height is None else height / scale, is_top=height == most)
        for at, (one, height) in enumerate(zip(found, heights, strict=True))
    )
    export = url_for("admin.figure_csv", figure=figure.value, by=chosen.by or None)
    return Picture(figure, str(_WORDS[figure]), columns, export)


def _height(figure: Figure, one: MonthFigures) -> float | None:
    """A share, or for no-shows a number; None of nothing."""
    if figure is Figure.NO_SHOWS:
        number, of = one.parts(figure)
        return float(number) if of else None
    return one.share(figure)


def _column(figure: Figure, at: int, month: Month, one: MonthFigures, share: float, *, is_top: bool) -> Column:
    step = _WIDTH / 6
    middle = step * at + step / 2
    if spoken().direction == "rtl":
        middle = _WIDTH - middle
    height = share * _HIGHEST
    number, of = one.parts(figure)
    is_now = at == 5
    return Column(
        x=f"{middle - _COLUMN / 2:.1f}",
        y=f"{_BASE - height:.1f}",
        height=f"{height:.1f}",
        middle=f"{middle:.1f}",
        above=f"{_BASE - height - 4:.1f}",
        month=formats.month(month.first.month, "abbreviated"),
        words=_words(figure, one),
        of=gettext("{number} of {of}", number=number, of=of) if of else "",
        is_now=is_now,
        is_labelled=bool(of) and (is_now or is_top),
    )


def _words(figure: Figure, one: MonthFigures) -> str:
    number, of = one.parts(figure)
    if not of:
        return gettext("no data")
    return formats.number(number) if figure is Figure.NO_SHOWS else formats.percent(number / of)
