"""What a move writes only once."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FirstTime:
    """A value for a column that has none yet; where it has one, that stays."""

    value: datetime
