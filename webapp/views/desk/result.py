"""What is shown of one result at the desk, and where, when and to whom."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for

from webapp.domain.desk.check_in import Door
from webapp.domain.permission import Actor, Permission
from webapp.languages.words import N_
from webapp.queries.events.event import StoredEvent


@dataclass(frozen=True, slots=True)
class Action:
    """A next step: a link, or with `fields` a form that posts them."""

    words: str
    href: str
    fields: dict[str, object] | None = None
    solid: bool = False
    in_dialog: bool = False
    dismisses: bool = False


@dataclass(frozen=True, slots=True)
class Heads:
    """Those who came together: who is in already, and who can be let in; `href` takes the choice.

    `waits`: none of these has a place, so they are put into the standby line.
    """

    href: str
    enrollment_id: int
    arrived: tuple[tuple[str, str], ...]
    missing: tuple[tuple[int, str], ...]
    waits: bool = False
    #: Who stands in the standby line, and at which position.
    in_line: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `tone` is the colour class and the sound; `undo_id` offers to take it back."""

    tone: str
    icon: str
    say: str
    name: str = ""
    more: str = ""
    actions: tuple[Action, ...] = ()
    undo_id: int | None = None
    undo_seconds: int = 0
    undo_href: str = ""
    #: Who looks after the person.
    carer: str = ""
    #: The page of the person, for who may see it.
    person_href: str = ""
    #: What the guest is still asked, or answered.
    ask: Action | None = None
    heads: Heads | None = None
    #: A double read of one code has the same key, and makes no second sound.
    key: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def sound(self) -> str:
        return {"ok": "in"}.get(self.tone, self.tone)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a result is shown, and to whom."""

    event: StoredEvent
    door: Door
    actor: Actor
    now: datetime

    @property
    def tz(self) -> str:
        return self.event.timezone

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(f"desk.{endpoint}", event_id=self.event.id, **values)

    def person_href(self, user_id: int) -> str:
        """The page of everything the organization knows of that person; empty for who may not see it."""
        organization_id = self.event.organization_id
        if not self.actor.can(Permission.VIEW_ROSTER, organization_id):
            return ""
        return url_for("admin.person_here", organization_id=organization_id, user_id=user_id)

    def may(self, permission: Permission) -> bool:
        return self.actor.can(permission, self.event.organization_id, self.event.facility_id)


def refused(sentence: str, say: str = N_("Nothing was changed"), actions: tuple[Action, ...] = ()) -> Result:
    """A refusal where a result would stand, so that the field stays ready for the next scan."""
    return Result("stop", "warn", say, "", sentence, actions)
