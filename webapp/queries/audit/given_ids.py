"""Ids: none is given twice, so what is remembered of something deleted is said of nothing else."""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from webapp.adapters.id_counters import counters
from webapp.queries.audit.invariant import ComputedInvariant, Invariant
from webapp.queries.remembered_ids import highest_remembered


def _counters_behind(session: Session) -> Iterator[Mapping[str, object]]:
    """Tables whose next id is one that was given before. What the video server told is no word of ours."""
    connection = session.connection()
    last = counters(connection)
    for table, (highest, place) in highest_remembered(connection, last, told=False).items():
        if last.get(table, highest) < highest:
            yield {"table": table, "next": last[table] + 1, "highest": highest, "place": place}


INVARIANTS = (
    ComputedInvariant(
        "ids_are_given_once",
        "the next id of {table} is {next}, but {place} knows {highest}; `flask --app wsgi ops prepare` mends it",
        _counters_behind,
    ),
    Invariant(
        "deleted_classes_stay_deleted",
        "its id is one that the trail says was deleted",
        """
        SELECT c.id AS class_id FROM program_classes c
        JOIN class_changes t ON t.class_id = c.id AND t.kind = 'deleted'
        """,
    ),
    Invariant(
        "session_trail_of_its_class",
        "its trail belongs to class {other}: the id was given twice",
        """
        SELECT s.class_id, s.id AS session_id, min(t.class_id) AS other FROM class_sessions s
        JOIN class_session_changes t ON t.session_id = s.id AND t.class_id <> s.class_id
        GROUP BY s.class_id, s.id
        """,
    ),
)
