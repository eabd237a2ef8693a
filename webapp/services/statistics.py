"""What PostgreSQL knows of its tables, where they grow too fast for it to notice by itself."""

from collections.abc import Sequence

from sqlalchemy import Table, text

from webapp.queries.statistics import fewest_known_rows
from webapp.services.unit_of_work import speaks_postgresql, write_transaction


def renew_statistics(tables: Sequence[Table], *, written: int) -> bool:
    """Let PostgreSQL look at these tables again if it knows of fewer rows than were `written` just now.

    Its plans for tables that it takes for empty read them from end to end, for every row that is written;
    it would look by itself a minute later. Nobody waits for it meanwhile. True where that was needed.
    """
    if not speaks_postgresql() or fewest_known_rows(tables) >= written:
        return False
    with write_transaction() as session:
        session.execute(text(f"ANALYZE {', '.join(table.name for table in tables)}"))
    return True
