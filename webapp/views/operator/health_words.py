"""What was found out about the installation, in words: failing first, then what to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint
from sqlalchemy import Row

from webapp.config.sources import Source
from webapp.domain.installation.operator_act import OperatorAct
from webapp.languages.words import N_, gettext
from webapp.queries.installation.health import DatabaseHealth, Health, MailHealth
from webapp.queries.readiness import LONGEST_SILENCE
from webapp.views.words.formatting import plural

#: Less free space than that is a reason to look; a tenth of it stops work soon.
_LITTLE_SPACE = 2 * 1024**3
_WAITS_LONG = timedelta(minutes=15)
_ORDER = ("failing", "look", "fine")
_SOURCES = {
    Source.ENVIRONMENT: N_("Environment"),
    Source.FILE: N_("File in the data folder"),
    Source.DEFAULT: N_("Default"),
}
_ACTS = {
    OperatorAct.SET_UP: N_("Turnout was set up"),
    OperatorAct.ORGANIZATION_OPENED: N_("Opened"),
    OperatorAct.ORGANIZATION_RENAMED: N_("Renamed from {before} to {after}"),
    OperatorAct.ORGANIZATION_SUSPENDED: N_("Suspended"),
    OperatorAct.ORGANIZATION_RESUMED: N_("Open again"),
    OperatorAct.OWNER_INVITED: N_("Another owner was invited"),
    OperatorAct.REQUEST_DECLINED: N_("The request of {person} was declined"),
    OperatorAct.OPERATOR_MADE: N_("{person} became an operator"),
    OperatorAct.OPERATOR_ENDED: N_("{person} is no longer an operator"),
    OperatorAct.MAIL_TRIED: N_("A test email was sent"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is `fine`, `look` or `failing`."""

    name: str
    state: str
    words: str


def findings(
    found: Health, *, redis_answers: bool, free_bytes: int, has_mail_server: bool, real_now: datetime
) -> list[Finding]:
    """The worst first."""
    everything = [
        _database(found.database),
        _redis(redis_answers),
        _workers(found.last_tick_at, real_now),
        _mail(found.mail, has_mail_server, real_now),
        _disk(free_bytes),
    ]
    return sorted(everything, key=lambda one: _ORDER.index(one.state))


def register_health_words(blueprint: Blueprint) -> None:
    """For the templates of the operator's pages."""
    blueprint.add_app_template_filter(source_words)
    blueprint.add_app_template_filter(act_words)


def source_words(source: Source) -> str:
    """Where a setting comes from."""
    return str(_SOURCES[source])


def act_words(line: Row) -> str:
    """What a line of the operators' trail says."""
    said = {name: getattr(line, name) or "" for name in ("before", "after", "person")}
    return gettext(_ACTS[OperatorAct(line.kind)], **said)


def _database(found: DatabaseHealth) -> Finding:
    name = gettext("Database")
    if found.revision != found.newest:
        words = gettext(
            "{database}. Its tables are at revision {has}, and this version needs {needs}. Run ops prepare.",
            database=found.name,
            has=found.revision or "0",
            needs=found.newest,
        )
        return Finding(name, "failing", words)
    return Finding(name, "fine", gettext("{database}, at revision {has}.", database=found.name, has=found.revision))


def _redis(answers: bool) -> Finding:
    if answers:
        return Finding("Redis", "fine", gettext("It answers."))
    return Finding(
        "Redis", "look", gettext("It doesn’t answer. Work goes on more slowly, and limits count by process.")
    )


def _workers(last: datetime | None, real_now: datetime) -> Finding:
    name = gettext("Workers")
    if last is None:
        return Finding(name, "failing", gettext("No worker has run yet. Emails wait and events don’t close."))
    seconds = max(int((real_now - last).total_seconds()), 0)
    if real_now - last > LONGEST_SILENCE:
        words = plural(
            seconds // 60,
            "The last one ran {n} minute ago. Emails wait and events don’t close.",
            "The last one ran {n} minutes ago. Emails wait and events don’t close.",
        )
        return Finding(name, "failing", words)
    words = plural(seconds, "The last one ran {n} second ago.", "The last one ran {n} seconds ago.")
    return Finding(name, "fine", words)


def _mail(found: MailHealth, has_server: bool, real_now: datetime) -> Finding:
    name = gettext("Email")
    if not has_server:
        return Finding(name, "fine", gettext("No email server is set up. Emails stay in the demo mailbox."))
    waiting = list(_waiting(found))
    if found.waiting_since is not None and real_now - found.waiting_since > _WAITS_LONG:
        return Finding(name, "failing", " ".join(waiting))
    if found.failed_at is not None and (found.sent_at is None or found.failed_at > found.sent_at):
        words = gettext("The last one failed: {reason}", reason=found.failure or "")
        return Finding(name, "look", " ".join([words, *waiting]))
    if found.sent_at is None:
        return Finding(name, "look", gettext("None has been sent yet. Send a test email."))
    return Finding(name, "fine", " ".join([gettext("Emails are going out."), *waiting]))


def _waiting(found: MailHealth) -> Iterator[str]:
    yield plural(found.waiting, "{n} is waiting.", "{n} are waiting.")
    if found.waiting and found.retry_reason:
        yield gettext("The email server says: {reason}", reason=found.retry_reason)


def _disk(free: int) -> Finding:
    gigabytes = f"{free / 1024**3:.1f}"
    words = gettext("{gigabytes} GB free in the data folder.", gigabytes=gigabytes)
    state = "fine" if free >= _LITTLE_SPACE else "look" if free >= _LITTLE_SPACE // 10 else "failing"
    return Finding(gettext("Disk"), state, words)
