"""What runs by itself, and when: the whole schedule, as data."""

from webapp.domain.job import EVERY_TICK, PeriodicJob

CLOSE_EVENTS = PeriodicJob(
    name="close-events",
    title="Close events",
    cron="*/15 * * * *",
    often="every 15 minutes",
    about="Finds events that are over and decides who attended and who did not come.",
)
TIDY = PeriodicJob(
    name="tidy",
    title="Tidy up",
    cron="40 3 * * *",
    often="daily at 03:40 UTC",
    about="Deletes sessions and password links that are over.",
)
RELAY_OUTBOX = PeriodicJob(
    name="relay-outbox",
    title="Write mails",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Turns what happened into mails to the people it concerns.",
)
SEND_MESSAGES = PeriodicJob(
    name="send-messages",
    title="Send mails",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Sends waiting mails, and those again that could not be delivered.",
)
SCHEDULE: tuple[PeriodicJob, ...] = (CLOSE_EVENTS, RELAY_OUTBOX, SEND_MESSAGES, TIDY)

#: The run of one event that `CLOSE_EVENTS` starts.
CLOSE_EVENT = "close-event"
