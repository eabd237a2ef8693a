"""Guests of a list, and what became of each line."""

from tests.support.worlds.world import NOON
from webapp.domain.permission import Actor
from webapp.domain.places.lists.guest_list import Guest
from webapp.services.places.guest_import import Line, import_guests

LIST = Actor(user_id=None, name="Import of guests.csv")


def guest(number: int, name: str = "Mira Sand", address: str | None = None, **facts) -> Guest:
    return Guest(number, name, f"guest{number}@post.example" if address is None else address, **facts)


def run(event_id: int, guests, *, dry_run: bool = False, now=NOON) -> list[Line]:
    chunks = import_guests(
        event_id=event_id, guests=guests, actor=LIST, reason="Imported from guests.csv", now=now, dry_run=dry_run
    )
    return [line for chunk in chunks for line in chunk]


def results(lines: list[Line]) -> list[str]:
    return [str(line.result) for line in lines]
