"""What runs by itself, and when: the whole schedule, as data."""

from webapp.domain.work.job import EVERY_TICK, PeriodicJob

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
SEND_REMINDERS = PeriodicJob(
    name="send-reminders",
    title="Send reminders",
    cron="*/10 * * * *",
    often="every 10 minutes",
    about="Reminds people with a place the day before, and asks whether they are coming.",
)
SCHEDULE_PROMPTS = PeriodicJob(
    name="schedule-prompts",
    title="Plan prompts",
    cron="*/10 * * * *",
    often="every 10 minutes",
    about="Finds who is to be asked “Were you there?” one hour after an event.",
)
SEND_PROMPTS = PeriodicJob(
    name="send-prompts",
    title="Send prompts",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Asks whose time has come, also those who wanted to be asked at 9:00.",
)
CLOSE_ANSWERS = PeriodicJob(
    name="close-answers",
    title="Close answers",
    cron="5 * * * *",
    often="every hour",
    about="Two weeks after an event, records who was asked and stayed silent.",
)
CALCULATE_SESSIONS = PeriodicJob(
    name="calculate-session-attendance",
    title="Calculate online sessions",
    cron="*/5 * * * *",
    often="every 5 minutes",
    about="Measures who was in online sessions that are over, and again when something new was told.",
)
RECONCILE_STAYS = PeriodicJob(
    name="reconcile-orphaned-stays",
    title="Close orphaned stays",
    # Not on the full hour, when sessions end: more than an hour later must be less than two.
    cron="7 * * * *",
    often="every hour",
    about="An hour after an online session, closes the stays of people whose leave was never reported.",
)
FOLD_ROOMS = PeriodicJob(
    name="fold-rooms",
    title="Read the video server",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Turns what the video server told into who was in which room from when till when.",
)
ACTIVATE_CLASSES = PeriodicJob(
    name="activate-classes",
    title="Activate classes",
    cron="0 5 * * *",
    often="daily at 05:00 of each facility",
    about="Starts the classes whose first day has come, at 05:00 on each facility's own clock.",
    is_local=True,
)
SCHEDULE: tuple[PeriodicJob, ...] = (
    ACTIVATE_CLASSES,
    CALCULATE_SESSIONS,
    RECONCILE_STAYS,
    CLOSE_EVENTS,
    SEND_REMINDERS,
    SCHEDULE_PROMPTS,
    SEND_PROMPTS,
    CLOSE_ANSWERS,
    RELAY_OUTBOX,
    SEND_MESSAGES,
    FOLD_ROOMS,
    TIDY,
)

#: The run of one event that `CLOSE_EVENTS` starts.
CLOSE_EVENT = "close-event"
