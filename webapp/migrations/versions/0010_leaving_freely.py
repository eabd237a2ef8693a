"""Places that leave freely, and two more things that people are told: a correction, and a place that opened.

Which words a column may hold is read from the database and added to: another migration may have added its own.
"""

import re
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

#: Table, column -> the words that are new.
NEW_WORDS = {
    ('notifications', 'type'): ('corrected', 'correction_withdrawn', 'place_opened'),
    ('outbox_events', 'kind'): ('PlaceOpened',),
}


def upgrade() -> None:
    op.add_column('enrollments', sa.Column('leaves_freely', sa.Boolean(), nullable=False, server_default=sa.false()))
    _free_those_who_came_late()
    for (table, column), words in NEW_WORDS.items():
        _allow(table, column, lambda known, words=words: [*known, *(word for word in words if word not in known)])


def _free_those_who_came_late() -> None:
    """Whoever got a place after the deadline of what is still to come; one statement per event that has one."""
    bind = op.get_bind()
    moment = sa.DateTime(timezone=True)
    events = sa.table('events', sa.column('id'), sa.column('starts_at', moment), sa.column('status'))
    policies = sa.table('event_policies', sa.column('event_id'), sa.column('cancellation_deadline_hours'))
    enrollments = sa.table(
        'enrollments', sa.column('event_id'), sa.column('status'), sa.column('confirmed_at', moment),
        sa.column('leaves_freely', sa.Boolean()),
    )
    deadlines = bind.execute(
        sa.select(events.c.id, events.c.starts_at, policies.c.cancellation_deadline_hours)
        .join(policies, policies.c.event_id == events.c.id)
        .where(events.c.status == 'published', policies.c.cancellation_deadline_hours > 0)
    ).all()
    for event_id, starts_at, hours in deadlines:
        bind.execute(
            sa.update(enrollments)
            .where(
                enrollments.c.event_id == event_id, enrollments.c.status == 'confirmed',
                enrollments.c.confirmed_at >= starts_at - timedelta(hours=hours),
            )
            .values(leaves_freely=True)
        )


def _allow(table, column, chosen) -> None:
    """Say anew which words the column may hold: `chosen` of those that it may hold today."""
    bind = op.get_bind()
    if bind.dialect.name == 'postgresql':
        name = f'ck_{table}_{column}'
        check = bind.scalar(sa.text('SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name'),
                            {'name': name})
        words = chosen(re.findall(r"'([^']*)'", check))
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT {name}')
        op.execute(f'ALTER TABLE {table} ADD CONSTRAINT {name} {_check(column, words)}')
        return
    # SQLite keeps a table as its words. No other table refers to these, so they can be written anew.
    kept = bind.exec_driver_sql(
        f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL"
    ).all()
    (definition,) = [words for kind, _, words in kept if kind == 'table']
    others = [(kind, name, words) for kind, name, words in kept if kind != 'table']
    (old,) = re.findall(rf"CHECK \({column} IN \([^)]*\)\)", definition)
    new = _check(column, chosen(re.findall(r"'([^']*)'", old)))
    for kind, name, _ in others:
        bind.exec_driver_sql(f'DROP {kind} {name}')
    bind.exec_driver_sql(f'ALTER TABLE {table} RENAME TO {table}_before')
    bind.exec_driver_sql(definition.replace(old, new))
    bind.exec_driver_sql(f'INSERT INTO {table} SELECT * FROM {table}_before')
    bind.exec_driver_sql(f'DROP TABLE {table}_before')
    for _, _, words in others:
        bind.exec_driver_sql(words)


def _check(column, words) -> str:
    return "CHECK ({} IN ({}))".format(column, ", ".join(f"'{word}'" for word in words))


def downgrade() -> None:
    for (table, column), words in NEW_WORDS.items():
        named = ", ".join(f"'{word}'" for word in words)
        op.execute(f'DELETE FROM {table} WHERE {column} IN ({named})')
        _allow(table, column, lambda known, words=words: [word for word in known if word not in words])
    op.drop_column('enrollments', 'leaves_freely')
