"""What runs by itself, and when: the whole schedule, as data."""

from webapp.domain.work.job import EVERY_TICK, PeriodicJob

CLOSE_EVENTS = PeriodicJob(
    name="close-events",
    title="Close events",
    cron="*/15 * * * *",
    often="every 15 minutes",
    about="Closes events that are over and decides who attended.",
)
TIDY = PeriodicJob(
    name="tidy",
    title="Delete expired data",
    cron="40 3 * * *",
    often="daily at 03:40 UTC",
    about="Deletes expired sign-ins and password links.",
)
DELETE_ANSWERS = PeriodicJob(
    name="delete-answers",
    title="Delete answers to questions",
    cron="20 * * * *",
    often="every hour",
    about="Deletes answers to an event’s questions, and pictures of appeals, once the time to keep them is over.",
)
RELAY_OUTBOX = PeriodicJob(
    name="relay-outbox",
    title="Prepare emails",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Writes emails to people when something changes for them.",
)
SEND_MESSAGES = PeriodicJob(
    name="send-messages",
    title="Send emails",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Sends queued emails, and retries those that couldn’t be delivered.",
)
SEND_REMINDERS = PeriodicJob(
    name="send-reminders",
    title="Send reminders",
    cron="*/10 * * * *",
    often="every 10 minutes",
    about="Reminds people with a place the day before, and asks whether they’re coming.",
)
SCHEDULE_PROMPTS = PeriodicJob(
    name="schedule-prompts",
    title="Schedule follow-up questions",
    cron="*/10 * * * *",
    often="every 10 minutes",
    about="Decides who to ask “Were you there?” one hour after an event.",
)
SEND_PROMPTS = PeriodicJob(
    name="send-prompts",
    title="Send follow-up questions",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Asks people when it’s time, including those who wanted to be asked at 9:00.",
)
CLOSE_ANSWERS = PeriodicJob(
    name="close-answers",
    title="Close follow-up questions",
    cron="5 * * * *",
    often="every hour",
    about="Two weeks after an event, records who didn’t answer.",
)
CALCULATE_SESSIONS = PeriodicJob(
    name="calculate-session-attendance",
    title="Calculate online attendance",
    cron="*/5 * * * *",
    often="every 5 minutes",
    about="Measures who attended online sessions, and updates it when new signals arrive.",
)
RECONCILE_STAYS = PeriodicJob(
    name="reconcile-orphaned-stays",
    title="Close open online stays",
    # Not on the full hour, when sessions end: more than an hour later must be less than two.
    cron="7 * * * *",
    often="every hour",
    about="An hour after an online session, closes the stays of people who were never reported as leaving.",
)
FOLD_ROOMS = PeriodicJob(
    name="fold-rooms",
    title="Import video attendance",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Turns the video server’s signals into who was in which room, and when.",
)
RELEASE_HOLDS = PeriodicJob(
    name="release-holds",
    title="Release held places",
    cron=EVERY_TICK,
    often="every few seconds",
    about="Gives a held place to the next person if no one accepted it in time, and ends appeals that no one answered.",
)
ACTIVATE_CLASSES = PeriodicJob(
    name="activate-classes",
    title="Start classes",
    cron="0 5 * * *",
    often="daily at 05:00 local time of each facility",
    about="Starts classes on their first day, at 05:00 local time of their facility.",
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
    RELEASE_HOLDS,
    DELETE_ANSWERS,
    TIDY,
)

#: The run that reads a file of people into one event.
IMPORT_PEOPLE = "import-people"
#: The run that sends the messages of one event's organizers which are due.
SEND_MAILING = "send-mailing"
#: The run of one event that `CLOSE_EVENTS` starts.
CLOSE_EVENT = "close-event"
