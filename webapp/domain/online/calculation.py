"""When an online session is calculated: how long after its end, how often it is tried, and for how long."""

from datetime import timedelta

#: A session is calculated from this long after its end (its last deliveries are under way) ...
SETTLES_IN = timedelta(minutes=5)
#: ... by itself up to this long after it ...
LOOKS_BACK = timedelta(days=7)
#: ... and what nobody closed by then is closed by the reconciler.
RECONCILES_AFTER = timedelta(hours=1)
#: The calculation comes every five minutes, from five minutes after the end; later than this it is missed.
CALCULATED_BY = timedelta(minutes=20)
#: Tries of a calculation that fails, and the pause before the next one.
MOST_TRIES = 3
RETRY_PAUSE = timedelta(seconds=60)
#: A stay without a leave that was last heard of this long before a session is not one of it.
LONGEST_SILENCE = timedelta(hours=12)
