"""The sign of life of work that takes long."""

from collections.abc import Callable

from sqlalchemy.orm import Session

#: Called inside each chunk's transaction with the counts so far; raises to stop.
Beat = Callable[[Session, dict[str, int]], None]
