"""One list of what is stored about a person: which rows, which columns, and what they are about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, or_, select

from webapp.models import (
    ClassSession,
    Enrollment,
    Event,
    EventQuestion,
    Mailing,
    MeetingSession,
    Organization,
    ProgramClass,
)
from webapp.queries.online.session_owner import class_id_of

_EVENT = (Event.title.label("event_title"), Event.starts_at.label("event_starts_at"))
_CLASS = (ProgramClass.title.label("class_title"),)


@dataclass(frozen=True)
class Part:
    """One list of the file: the rows of `model` that `mine` finds, without the columns `left_out`.

    `keys` are the columns by which a row mentions the person. With `event` or `program_class`
    (columns), each row says which event or class it is about.
    """

    name: str
    model: type[Any]
    mine: Callable[[int], ColumnElement[bool]]
    keys: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    instead: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    event: SQLColumnExpression[Any] | None = None
    program_class: SQLColumnExpression[Any] | None = None

    def select(self, user_id: int) -> Select:
        table = self.model.__table__
        columns = [
            self.instead[column.name].label(column.name) if column.name in self.instead else column
            for column in table.c
            if column.name not in self.left_out
        ]
        query, organizations = select(*columns).select_from(table), []
        if self.event is not None:
            query = query.outerjoin(Event, Event.id == self.event).add_columns(*_EVENT)
            organizations.append(Event.organization_id)
        if self.program_class is not None:
            query = query.outerjoin(ProgramClass, ProgramClass.id == self.program_class).add_columns(*_CLASS)
            organizations.append(ProgramClass.organization_id)
        if organizations:
            query = query.outerjoin(Organization, or_(*(Organization.id == one for one in organizations)))
            query = query.add_columns(Organization.name.label("organization_name"))
        return query.where(self.mine(user_id)).order_by(*table.primary_key)

    @property
    def columns(self) -> list[str]:
        """The names of what every row of it has, in order."""
        return [str(column.name) for column in self.select(0).selected_columns]


#: What a row is about, from its table: `event`, `program_class`, both or neither.
About = Mapping[str, SQLColumnExpression[Any]]


def by_event(model: type[Any]) -> About:
    """A row names its event."""
    return {"event": model.event_id}


def by_class(model: type[Any]) -> About:
    """A row names its class."""
    return {"program_class": model.class_id}


def by_event_or_class(model: type[Any]) -> About:
    """A row names one of the two."""
    return {**by_event(model), **by_class(model)}


def by_session(model: type[Any]) -> About:
    """The event or the class of an online session."""
    this = MeetingSession.id == model.session_id
    of_class = (
        select(ClassSession.class_id)
        .join(MeetingSession, MeetingSession.class_session_id == ClassSession.id)
        .where(this)
        .scalar_subquery()
    )
    return {"event": select(MeetingSession.event_id).where(this).scalar_subquery(), "program_class": of_class}


def by_enrollment(model: type[Any]) -> About:
    """The event of an enrollment."""
    return {"event": select(Enrollment.event_id).where(Enrollment.id == model.enrollment_id).scalar_subquery()}


def by_owner(model: type[Any]) -> About:
    """Whose an online session is."""
    return {**by_event(model), "program_class": class_id_of()}


def wording(model: type[Any]) -> ColumnElement[str]:
    """What was asked, in place of its number."""
    return select(EventQuestion.wording).where(EventQuestion.id == model.question_id).scalar_subquery()


def subject(model: type[Any]) -> ColumnElement[str]:
    """What a message of an organizer was about, in place of its number."""
    return select(Mailing.subject).where(Mailing.id == model.mailing_id).scalar_subquery()


def part(
    name: str,
    model: type[Any],
    *keys: str,
    about: Callable[[type[Any]], About] | None = None,
    left_out: Iterable[str] = (),
    mine: Callable[[int], ColumnElement[bool]] | None = None,
    instead: Mapping[str, ColumnElement[Any]] | None = None,
) -> Part:
    """The rows that name the person in one of `keys`, or those that `mine` finds."""
    found = mine or (lambda user_id: or_(*(model.__table__.c[key] == user_id for key in keys)))
    of_what = about(model) if about else {}
    return Part(name, model, found, keys, frozenset(left_out), instead or {}, **of_what)


def within(column: SQLColumnExpression[Any], ids_of: Callable[[int], Select]) -> Callable[[int], ColumnElement[bool]]:
    """Rows whose `column` is one of the ids that `ids_of` finds for the person."""
    return lambda user_id: column.in_(ids_of(user_id))
