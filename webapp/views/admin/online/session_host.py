"""What an online session belongs to, as its pages need it: an event or a class, read the same way."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.domain.classes.program_class import NOT_MEETING
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.events.event import EventFacts
from webapp.queries.online.meeting_session import session_row
from webapp.queries.online.session_owner import SessionOwner
from webapp.views.loading import load_staff_class, load_staff_event, may

#: What somebody needs in a class to do what in an event asks for the first.
_OF_CLASS = {
    Permission.VIEW_ROSTER: Permission.VIEW_CLASSES,
    Permission.MANAGE_EVENTS: Permission.CALL_ROLL,
    Permission.HOST_SESSIONS: Permission.HOST_SESSIONS,
}


@dataclass(frozen=True, slots=True)
class SessionHost:
    """The event or the class (`facts`) of an online session."""

    facts: EventFacts | ClassFacts

    @property
    def id(self) -> int:
        return self.facts.id

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def timezone(self) -> str:
        return self.facts.timezone

    @property
    def is_class(self) -> bool:
        return isinstance(self.facts, ClassFacts)

    @property
    def owner(self) -> SessionOwner:
        return SessionOwner(None, self.facts.id) if self.is_class else SessionOwner(self.facts.id, None)

    def calls_off(self, session: Any) -> bool:
        """Whether it was called off before that session of it; what a class held before then was held."""
        if self.facts.status != EventStatus.CANCELLED:
            return False
        return not self.is_class or session.starts_at >= self.facts.cancelled_at

    @property
    def is_on(self) -> bool:
        """Whether its sessions take place as planned."""
        return self.facts.status not in NOT_MEETING if self.is_class else self.facts.status == EventStatus.PUBLISHED

    @property
    def sessions_href(self) -> str:
        """The page with all of its sessions."""
        if self.is_class:
            return url_for("admin.class_sessions", class_id=self.facts.id)
        return url_for("admin.sessions", event_id=self.facts.id)

    @property
    def file_stem(self) -> str:
        """How the names of its files begin."""
        return f"class-{self.facts.id}" if isinstance(self.facts, ClassFacts) else self.facts.slug

    @property
    def can_decide(self) -> bool:
        """Whether whoever looks may mark people, match guests and calculate again."""
        return may(_OF_CLASS[Permission.MANAGE_EVENTS] if self.is_class else Permission.MANAGE_EVENTS, self.facts)


def load_staff_session(session_id: int, permission: Permission) -> tuple[Any, SessionHost]:
    """A session (a row) and its host, where the actor has the permission, or `not_found`.

    Of a class it is what corresponds to it there.
    """
    session = session_row(session_id)
    if session is None:
        raise Refused("not_found")
    if session.class_id is not None:
        return session, SessionHost(load_staff_class(session.class_id, _OF_CLASS[permission]))
    return session, SessionHost(load_staff_event(session.event_id, permission))
