"""People who enroll together: how many, what they are called, and whose places are given back."""

from webapp.views.participant.parties import heads, sign_up, words

__all__ = ["heads", "sign_up", "words"]
