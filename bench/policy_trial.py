"""A no-show policy tried on a year with 200,000 enrollments, beside one with a tenth of them: time, memory, statements.

python -m bench policy_trial
"""

import tempfile
import tracemalloc
from pathlib import Path

from sqlalchemy import func, select, text

from bench.support import postgres, seeding
from bench.support.figures import Report, timed
from bench.support.organization import organization
from tests.support.databases.migrating import migrate
from tests.support.databases.statements import counted_statements
from tests.support.worlds.world import World
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.extensions import db
from webapp.models import Enrollment
from webapp.queries.places.no_shows.trial import Trial, try_policy

#: Events of a year, people in each, and people of the organization.
EVENTS, EACH, PEOPLE, LESS = 2_000, 100, 20_011, 10
ROUNDS = 7
BAR = "<= 2"
POLICIES = {
    "3 in 180 days": NoShowPolicy(3, 180, Consequence.LATER, 24),
    # Everybody is held back, for some weeks of the year.
    "1 in 30 days": NoShowPolicy(1, 30, Consequence.LATER, 24),
}


def main(server_url: str) -> Report:
    report = Report("policy_trial")
    with postgres.database(server_url, "bench_app") as app_url, tempfile.TemporaryDirectory() as home:
        _measure(report, seeding.world_on(app_url, "unix:///nowhere", Path(home)), "PostgreSQL")
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{home}/bench.db"
        migrate(url, Path(home))
        _measure(report, seeding.world_on(url, "unix:///nowhere", Path(home)), "SQLite")
    return report


def _measure(report: Report, world: World, kind: str) -> None:
    organization(
        world, "Harbour Crew", over=EVENTS // LESS, running=0, ahead=0, each=EACH, people=PEOPLE // LESS, apart=40
    )
    few = world.organization_id
    organization(world, "Northside", over=EVENTS, running=0, ahead=0, each=EACH, people=PEOPLE, apart=4)
    many = world.organization_id
    with world.app.app_context():
        analyse = "VACUUM ANALYZE" if kind == "PostgreSQL" else "ANALYZE"
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT", write=True) as connection:
            connection.execute(text(analyse))
        for what, policy in POLICIES.items():
            _exact(report, f"{kind}, {what}", _trial(many, policy, world))
            times = sorted(timed(lambda: _trial(many, policy, world)) for _ in range(ROUNDS))  # noqa: B023
            report.note(f"{kind}, {what}, median", times[len(times) // 2], unit="s", bar=BAR)
            report.note(f"{kind}, {what}, longest", times[-1], unit="s")
            peaks = [_peak(organization_id, policy, world) for organization_id in (few, many)]
            for of, peak in zip(("a tenth", "all"), peaks, strict=True):
                report.note(f"{kind}, {what}, memory at most with {of} of them", peak, unit="MB", bar="flat")
            with counted_statements(world.app) as statements:
                _trial(many, policy, world)
            report.note(f"{kind}, {what}, statements", len(statements))
        db.session.remove()
        db.engine.dispose()


def _trial(organization_id: int, policy: NoShowPolicy, world: World) -> Trial:
    found = try_policy(organization_id, policy, world.now)
    db.session.remove()
    return found


def _exact(report: Report, what: str, trial: Trial) -> None:
    """What was counted on the way is what the tables say."""
    missed = select(func.count()).where(Enrollment.status == "no_show", Enrollment.user_id.is_not(None))
    found = db.session.scalar(missed) or 0
    db.session.remove()
    report.note(f"{what}, enrollments with an outcome", trial.outcomes)
    report.note(f"{what}, people held back", trial.held)
    report.require(f"{what}: no-shows are among all", trial.no_shows <= found, True)
    report.require(f"{what}: everybody stands in one column", sum(trial.columns), trial.people)
    report.require(f"{what}: months add up", sum(month.no_shows for month in trial.months), trial.no_shows)


def _peak(organization_id: int, policy: NoShowPolicy, world: World) -> float:
    tracemalloc.start()
    _trial(organization_id, policy, world)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak
