"""Prompts, answers, privacy, notifications: what is asked after an event, and what people say."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

#: The domain events until now.
KINDS = ('EnrollmentRequested', 'EnrollmentConfirmed', 'EnrollmentWaitlisted', 'EnrollmentPromoted',
         'EnrollmentRejected', 'EnrollmentCancelled', 'ParticipantCheckedIn', 'CheckInUndone',
         'ParticipantAttended', 'ParticipantNoShow')


def _allow_outbox_kinds(kinds: tuple[str, ...]) -> None:
    """SQLite cannot change a check: the table is made anew. Nothing refers to it."""
    words = ', '.join(f"'{kind}'" for kind in kinds)
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_outbox_events_kind'), 'outbox_events', type_='check')
        op.create_check_constraint('kind', 'outbox_events', f'kind IN ({words})')
        return
    op.drop_index('ix_outbox_events_waiting', 'outbox_events')
    op.rename_table('outbox_events', 'outbox_events_before')
    op.create_table('outbox_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('enrollment_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint(f'kind IN ({words})', name=op.f('ck_outbox_events_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_events')),
    sa.UniqueConstraint('event_id', 'enrollment_id', 'version', name='uq_outbox_events_version')
    )
    columns = 'id, kind, event_id, enrollment_id, version, occurred_at, dispatched_at'
    op.execute(f'INSERT INTO outbox_events ({columns}) SELECT {columns} FROM outbox_events_before')
    op.drop_table('outbox_events_before')
    op.create_index('ix_outbox_events_waiting', 'outbox_events', ['id'], unique=False,
                    sqlite_where=sa.text('dispatched_at IS NULL'))


def upgrade() -> None:
    op.create_table('notification_preferences',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organization_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('frequency', sa.String(length=20), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("frequency IN ('all', 'important', 'none')", name=op.f('ck_notification_preferences_frequency')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_notification_preferences_organization_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notification_preferences_user_id')),
    sa.PrimaryKeyConstraint('user_id', 'organization_id', name=op.f('pk_notification_preferences'))
    )
    with op.batch_alter_table('notification_preferences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notification_preferences_organization_id'), ['organization_id'], unique=False)

    op.create_table('organization_logos',
    sa.Column('organization_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('png', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_organization_logos_organization_id')),
    sa.PrimaryKeyConstraint('organization_id', name=op.f('pk_organization_logos'))
    )
    op.create_table('attendance_responses',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer', sa.String(length=20), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=True),
    sa.Column('comment', sa.String(length=1000), nullable=True),
    sa.Column('feedback_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(answer = 'unknown') = (answered_at IS NULL)", name=op.f('ck_attendance_responses_answered_at')),
    sa.CheckConstraint("(rating IS NULL AND comment IS NULL) OR answer IN ('attended', 'partial')", name=op.f('ck_attendance_responses_feedback_of_presence')),
    sa.CheckConstraint("answer IN ('attended', 'partial', 'not_attended', 'unknown')", name=op.f('ck_attendance_responses_answer')),
    sa.CheckConstraint('comment IS NULL OR length(comment) <= 1000', name=op.f('ck_attendance_responses_comment_length')),
    sa.CheckConstraint('rating IS NULL OR rating BETWEEN 1 AND 5', name=op.f('ck_attendance_responses_rating')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_attendance_responses_event_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_attendance_responses_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_responses')),
    sa.UniqueConstraint('event_id', 'user_id', name='uq_attendance_responses_person')
    )
    with op.batch_alter_table('attendance_responses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_responses_user_id'), ['user_id'], unique=False)

    op.create_table('event_views',
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('viewed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_event_views_event_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_event_views_user_id')),
    sa.PrimaryKeyConstraint('event_id', 'user_id', name=op.f('pk_event_views'))
    )
    with op.batch_alter_table('event_views', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_views_user_id'), ['user_id'], unique=False)

    op.create_table('record_privacy',
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('on_profile', sa.Boolean(), nullable=False),
    sa.Column('to_organizations', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_record_privacy_event_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_record_privacy_user_id')),
    sa.PrimaryKeyConstraint('event_id', 'user_id', name=op.f('pk_record_privacy'))
    )
    with op.batch_alter_table('record_privacy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_privacy_user_id'), ['user_id'], unique=False)

    op.create_table('scheduled_attendance_prompts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_because', sa.String(length=20), nullable=True),
    sa.CheckConstraint("ended_because IN ('answered', 'opted_out', 'settled', 'window_over', 'event_gone', 'account_gone')", name=op.f('ck_scheduled_attendance_prompts_ended_because')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_because IS NULL)', name=op.f('ck_scheduled_attendance_prompts_end_has_reason')),
    sa.CheckConstraint('number IN (1, 2)', name=op.f('ck_scheduled_attendance_prompts_number')),
    sa.CheckConstraint('sent_at IS NULL OR ended_at IS NULL', name=op.f('ck_scheduled_attendance_prompts_sent_or_ended')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_scheduled_attendance_prompts_event_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_scheduled_attendance_prompts_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scheduled_attendance_prompts')),
    sa.UniqueConstraint('event_id', 'user_id', 'number', name='uq_scheduled_attendance_prompts_number')
    )
    with op.batch_alter_table('scheduled_attendance_prompts', schema=None) as batch_op:
        batch_op.create_index('ix_scheduled_attendance_prompts_due', ['due_at', 'id'], unique=False, postgresql_where=sa.text('sent_at IS NULL AND ended_at IS NULL'), sqlite_where=sa.text('sent_at IS NULL AND ended_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_scheduled_attendance_prompts_user_id'), ['user_id'], unique=False)

    op.create_table('notifications',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dedupe_key', sa.String(length=120), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type', sa.String(length=30), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('enrollment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('prompt_number', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=250), nullable=False),
    sa.Column('text', sa.String(length=700), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('responded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(type = 'attendance_prompt') = (prompt_number IS NOT NULL)", name=op.f('ck_notifications_prompt_has_number')),
    sa.CheckConstraint("type IN ('confirmed', 'waitlisted', 'promoted', 'rejected', 'cancelled', 'called_off', 'event_changed', 'reminder', 'attendance_prompt', 'no_show')", name=op.f('ck_notifications_type')),
    sa.CheckConstraint('prompt_number IS NULL OR prompt_number IN (1, 2)', name=op.f('ck_notifications_prompt_number')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['enrollments.id'], name=op.f('fk_notifications_enrollment_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_notifications_event_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notifications_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notifications')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_notifications_dedupe_key'))
    )
    with op.batch_alter_table('notifications', schema=None) as batch_op:
        batch_op.create_index('ix_notifications_person', ['user_id', 'id'], unique=False)
        batch_op.create_index('ix_notifications_unread', ['user_id'], unique=False, postgresql_where=sa.text('read_at IS NULL'), sqlite_where=sa.text('read_at IS NULL'))
        batch_op.create_index('uq_notifications_prompt', ['event_id', 'user_id', 'prompt_number'], unique=True, postgresql_where=sa.text('prompt_number IS NOT NULL'), sqlite_where=sa.text('prompt_number IS NOT NULL'))

    # Not in batches: those would make the tables anew on SQLite, under what refers to them.
    instant, key = (('TIMESTAMP WITH TIME ZONE', 'BIGINT') if op.get_bind().dialect.name == 'postgresql'
                    else ('DATETIME', 'INTEGER'))
    # A check or a key can only come with its column on SQLite.
    op.execute(
        f"ALTER TABLE events ADD COLUMN deleted_at {instant} "
        "CONSTRAINT ck_events_deleted_not_published CHECK (deleted_at IS NULL OR status <> 'published')"
    )
    op.execute(
        f"ALTER TABLE events ADD COLUMN deleted_by_id {key} "
        "CONSTRAINT fk_events_deleted_by_id REFERENCES users (id)"
    )
    op.add_column('events', sa.Column('answers_closed_at', sa.DateTime(timezone=True), nullable=True))
    awaited = sa.text('answers_closed_at IS NULL')
    op.create_index('ix_events_unanswered', 'events', ['effective_end_at'], unique=False,
                    postgresql_where=awaited, sqlite_where=awaited)
    op.add_column('messages', sa.Column('html', sa.Text(), nullable=True))
    op.add_column('messages', sa.Column('calendar', sa.Text(), nullable=True))
    op.add_column('messages', sa.Column('unsubscribe_url', sa.String(length=500), nullable=True))
    op.execute(
        f"ALTER TABLE messages ADD COLUMN event_id {key} CONSTRAINT fk_messages_event_id REFERENCES events (id)"
    )
    dead = sa.text('dead_at IS NOT NULL')
    op.create_index('ix_messages_dead', 'messages', ['id'], unique=False, postgresql_where=dead, sqlite_where=dead)
    _allow_outbox_kinds((*KINDS, 'EventChanged'))
    for column in ('asks_twice', 'asks_only_unknown'):
        op.add_column('organizations', sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    for column, usually in (('records_on_profile', sa.true()), ('records_to_organizations', sa.false())):
        op.add_column('users', sa.Column(column, sa.Boolean(), nullable=False, server_default=usually))
    op.execute(
        "ALTER TABLE users ADD COLUMN handle VARCHAR(60) CONSTRAINT ck_users_handle_lower CHECK (handle = lower(handle))"
    )
    op.execute(
        "ALTER TABLE users ADD COLUMN notification_frequency VARCHAR(20) DEFAULT 'all' NOT NULL "
        "CONSTRAINT ck_users_notification_frequency CHECK (notification_frequency IN ('all', 'important', 'none'))"
    )
    op.add_column('users', sa.Column('anonymized_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('uq_users_handle', 'users', ['handle'], unique=True)


def downgrade() -> None:
    for table in ('notifications', 'scheduled_attendance_prompts', 'record_privacy', 'event_views',
                  'attendance_responses', 'organization_logos', 'notification_preferences'):
        op.drop_table(table)
    op.drop_index('uq_users_handle', 'users')
    op.drop_index('ix_events_unanswered', 'events')
    op.drop_index('ix_messages_dead', 'messages')
    op.execute("DELETE FROM outbox_events WHERE kind = 'EventChanged'")
    _allow_outbox_kinds(KINDS)
    for table, columns in (
        ('users', ('anonymized_at', 'notification_frequency', 'records_to_organizations', 'records_on_profile',
                   'handle')),
        ('organizations', ('asks_only_unknown', 'asks_twice')),
        ('messages', ('event_id', 'unsubscribe_url', 'calendar', 'html')),
        ('events', ('answers_closed_at', 'deleted_by_id', 'deleted_at')),
    ):
        drop_columns(op.get_bind(), table, columns)
