"""When a person is asked whether they were there, and when not any more."""

from enum import StrEnum


class PromptEnd(StrEnum):
    """Why a prompt that was planned is not sent."""

    ANSWERED = "answered"
    OPTED_OUT = "opted_out"
    SETTLED = "settled"
    WINDOW_OVER = "window_over"
    EVENT_GONE = "event_gone"
    ACCOUNT_GONE = "account_gone"
