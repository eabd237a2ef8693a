"""Who comes to an address, and what can stand in one."""

from dataclasses import dataclass
from enum import StrEnum

from tests.domain.test_permission import TABLE
from webapp.domain.permission import Role

EVERYWHERE, HERE, ANNEX, NEIGHBOURS = "everywhere", "here", "at the annex", "of the neighbours"


class Where(StrEnum):
    """What has to be asked about a thing of Northside Makers beyond the permission itself."""

    #: Of the organization as a whole.
    WHOLE = "whole"
    #: At one of the two facilities of the demonstration; the annex has nothing of its own.
    HERE = "here"
    #: There, and taught by the demonstration's teacher.
    TAUGHT = "taught"
    #: There, and of every teacher there, whatever they teach.
    ALL_TEACHERS = "all teachers"
    #: Open to whoever has the permission anywhere in the organization.
    SHARED = "shared"
    #: Nobody's in particular.
    ANYBODYS = "anybody's"


@dataclass(frozen=True)
class Thing:
    """A value for one part of an address."""

    value: object
    where: Where = Where.WHOLE


@dataclass(frozen=True)
class Person:
    """Somebody with a role or none: where, and in whose organization."""

    name: str
    role: Role | None = None
    at: str = EVERYWHERE
    is_operator: bool = False

    def has(self, permissions: set[str]) -> bool:
        """Whether the role grants one of them somewhere."""
        return self.role is not None and bool(TABLE[self.role] & permissions)

    def reaches(self, permissions: set[str], thing: Thing) -> bool:
        """Whether they have one of them where that thing is."""
        if not self.has(permissions) or (self.at == NEIGHBOURS and thing.where is not Where.ANYBODYS):
            return False
        if thing.where in {Where.SHARED, Where.ANYBODYS}:
            return True
        if self.role is Role.TEACHER:
            if thing.where is Where.ALL_TEACHERS:
                return self.at != ANNEX
            return thing.where is Where.TAUGHT and self == TEACHER
        return self.at == EVERYWHERE or (self.at == HERE and thing.where is not Where.WHOLE)


NOBODY, GUEST, OTHER_GUEST = Person("nobody"), Person("Ana, whose things they are"), Person("another participant")
OPERATOR = Person("an operator without a role", is_operator=True)
TEACHER = Person("the teacher", Role.TEACHER)
_PLACED = (Role.ORGANIZER, Role.DESK, Role.VIEWER)
PEOPLE = (
    NOBODY,
    GUEST,
    OTHER_GUEST,
    OPERATOR,
    TEACHER,
    Person("another teacher", Role.TEACHER),
    *(Person(f"{role} {EVERYWHERE}", role) for role in Role if role is not Role.TEACHER),
    *(Person(f"{role} {where}", role, where) for where in (HERE, ANNEX) for role in _PLACED),
    *(Person(f"{role} {NEIGHBOURS}", role, NEIGHBOURS) for role in Role),
)
