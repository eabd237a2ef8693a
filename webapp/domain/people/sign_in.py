"""How long a server-side session lives, and what a fresh one allows."""

from datetime import timedelta

#: A session ends this long after it began, and this long after it was last used.
LONGEST_SESSION = timedelta(days=30)
LONGEST_IDLE = timedelta(days=14)
#: That it is used is noted this often: a write for every page would be too many.
SEEN_STEP = timedelta(minutes=10)
#: An account without a password is deleted, or gets one, only this soon after signing in.
FRESH_SIGN_IN = timedelta(minutes=15)
