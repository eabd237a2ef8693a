"""Online sessions: deliveries of the video server, the stays they tell of, sessions and their reports."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None
branch_labels = None
depends_on = None

#: As in 0002, whose function serves on PostgreSQL.
APPEND_ONLY = ('webhook_deliveries', 'session_marks')


def upgrade() -> None:
    op.create_table('meeting_rooms',
    sa.Column('name', sa.String(length=256), nullable=False),
    sa.Column('deliveries', sa.Integer(), nullable=False),
    sa.Column('folded', sa.Integer(), nullable=False),
    sa.Column('last_delivery_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('folded BETWEEN 0 AND deliveries', name=op.f('ck_meeting_rooms_folded_what_came')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_meeting_rooms')),
    postgresql_with={'fillfactor': '50'}
    )
    with op.batch_alter_table('meeting_rooms', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_rooms_due', ['last_delivery_at'], unique=False, postgresql_where=sa.text('deliveries > folded'), sqlite_where=sa.text('deliveries > folded'))

    op.create_table('room_guests',
    sa.Column('room_name', sa.String(length=256), nullable=False),
    sa.Column('identity', sa.String(length=256), nullable=False),
    sa.Column('name', sa.String(length=256), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('room_name', 'identity', name=op.f('pk_room_guests'))
    )
    op.create_table('stays',
    sa.Column('room_name', sa.String(length=256), nullable=False),
    sa.Column('participant_sid', sa.String(length=80), nullable=False),
    sa.Column('room_sid', sa.String(length=80), nullable=True),
    sa.Column('identity', sa.String(length=256), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('joined_by', sa.String(length=20), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_by', sa.String(length=20), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("joined_by IN ('join', 'leave')", name=op.f('ck_stays_joined_by')),
    sa.CheckConstraint("left_by IN ('leave', 'aborted')", name=op.f('ck_stays_left_by')),
    sa.CheckConstraint('(left_at IS NULL) = (left_by IS NULL)', name=op.f('ck_stays_end_is_known')),
    sa.CheckConstraint('left_at IS NULL OR left_at >= joined_at', name=op.f('ck_stays_ends_after_start')),
    sa.PrimaryKeyConstraint('room_name', 'participant_sid', name=op.f('pk_stays'))
    )
    with op.batch_alter_table('stays', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stays_identity'), ['identity'], unique=False)

    op.create_table('webhook_deliveries',
    sa.Column('delivery_id', sa.String(length=80), nullable=False),
    sa.Column('key_name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('room_name', sa.String(length=256), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('room_sid', sa.String(length=80), nullable=True),
    sa.Column('participant_sid', sa.String(length=80), nullable=True),
    sa.Column('identity', sa.String(length=256), nullable=True),
    sa.Column('is_attendee', sa.Boolean(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.CheckConstraint('(room_name IS NULL) = (number IS NULL)', name=op.f('ck_webhook_deliveries_number_in_room')),
    sa.CheckConstraint('number IS NULL OR number >= 1', name=op.f('ck_webhook_deliveries_number_positive')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_webhook_deliveries')),
    sa.UniqueConstraint('room_name', 'number', name='uq_webhook_deliveries_number')
    )
    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_deliveries_participant', ['room_name', 'participant_sid'], unique=False)

    op.create_table('identity_matches',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('identity', sa.String(length=256), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('matched_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('matched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_identity_matches_event_id')),
    sa.ForeignKeyConstraint(['matched_by_id'], ['users.id'], name=op.f('fk_identity_matches_matched_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_identity_matches_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_matches')),
    sa.UniqueConstraint('event_id', 'identity', name='uq_identity_matches_identity')
    )
    with op.batch_alter_table('identity_matches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_matches_user_id'), ['user_id'], unique=False)

    op.create_table('meeting_sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('room_name', sa.String(length=256), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('calculated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('calculated_through', sa.Integer(), nullable=True),
    sa.Column('calculation_tries', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('calculation_error', sa.String(length=500), nullable=True),
    sa.Column('reconciled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('calculation_tries >= 0', name=op.f('ck_meeting_sessions_tries_not_negative')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_meeting_sessions_end_after_start')),
    sa.ForeignKeyConstraint(['cancelled_by_id'], ['users.id'], name=op.f('fk_meeting_sessions_cancelled_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_meeting_sessions_created_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_meeting_sessions_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_sessions')),
    sa.UniqueConstraint('event_id', 'request_id', 'starts_at', name='uq_meeting_sessions_request')
    )
    with op.batch_alter_table('meeting_sessions', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_sessions_ended', ['ends_at'], unique=False)
        batch_op.create_index('ix_meeting_sessions_event', ['event_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_meeting_sessions_room', ['room_name'], unique=False)

    op.create_table('meeting_attendances',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_enrolled', sa.Boolean(), nullable=False),
    sa.Column('first_join_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_leave_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('intervals', sa.JSON(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('seconds_least', sa.Integer(), nullable=False),
    sa.Column('seconds_most', sa.Integer(), nullable=False),
    sa.Column('percentage', sa.Numeric(precision=5, scale=2).with_variant(sa.Float(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=True),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('late_seconds', sa.Integer(), nullable=False),
    sa.Column('is_calculated', sa.Boolean(), nullable=False),
    sa.Column('calculated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=500), nullable=True),
    sa.CheckConstraint("status IN ('present', 'late', 'partial', 'absent')", name=op.f('ck_meeting_attendances_status')),
    sa.CheckConstraint('late_seconds >= 0', name=op.f('ck_meeting_attendances_late_not_negative')),
    sa.CheckConstraint('percentage BETWEEN 0 AND 100', name=op.f('ck_meeting_attendances_percentage')),
    sa.CheckConstraint('seconds_least <= seconds AND seconds <= seconds_most', name=op.f('ck_meeting_attendances_seconds_between')),
    sa.CheckConstraint('seconds_least >= 0', name=op.f('ck_meeting_attendances_seconds_not_negative')),
    sa.ForeignKeyConstraint(['session_id'], ['meeting_sessions.id'], name=op.f('fk_meeting_attendances_session_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_meeting_attendances_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_attendances')),
    sa.UniqueConstraint('session_id', 'user_id', name='uq_meeting_attendances_person')
    )
    with op.batch_alter_table('meeting_attendances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_attendances_user_id'), ['user_id'], unique=False)

    op.create_table('session_marks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('present', 'late', 'partial', 'absent_excused', 'absent_unexcused')", name=op.f('ck_session_marks_status')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_session_marks_actor_id')),
    sa.ForeignKeyConstraint(['session_id'], ['meeting_sessions.id'], name=op.f('fk_session_marks_session_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_session_marks_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_marks')),
    sa.UniqueConstraint('session_id', 'request_id', name='uq_session_marks_request')
    )
    with op.batch_alter_table('session_marks', schema=None) as batch_op:
        batch_op.create_index('ix_session_marks_person', ['session_id', 'user_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_session_marks_user_id'), ['user_id'], unique=False)

    op.create_table('session_reports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('percentage', sa.Numeric(precision=5, scale=2).with_variant(sa.Float(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=True),
    sa.Column('is_late', sa.Boolean(), nullable=False),
    sa.Column('late_minutes', sa.Integer(), nullable=False),
    sa.Column('is_automatic', sa.Boolean(), nullable=False),
    sa.Column('marked_status', sa.String(length=20), nullable=True),
    sa.Column('marked_reason', sa.String(length=500), nullable=True),
    sa.Column('marked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('synced_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("marked_status IN ('present', 'late', 'partial', 'absent_excused', 'absent_unexcused')", name=op.f('ck_session_reports_marked_status')),
    sa.CheckConstraint("status IN ('present', 'late', 'partial', 'absent')", name=op.f('ck_session_reports_status')),
    sa.CheckConstraint('(marked_status IS NULL) = (marked_at IS NULL)', name=op.f('ck_session_reports_mark_has_time')),
    sa.CheckConstraint('minutes >= 0 AND late_minutes >= 0', name=op.f('ck_session_reports_minutes_not_negative')),
    sa.CheckConstraint('percentage BETWEEN 0 AND 100', name=op.f('ck_session_reports_percentage')),
    sa.ForeignKeyConstraint(['marked_by_id'], ['users.id'], name=op.f('fk_session_reports_marked_by_id')),
    sa.ForeignKeyConstraint(['session_id'], ['meeting_sessions.id'], name=op.f('fk_session_reports_session_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_session_reports_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_reports')),
    sa.UniqueConstraint('session_id', 'user_id', name='uq_session_reports_person')
    )
    with op.batch_alter_table('session_reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_reports_user_id'), ['user_id'], unique=False)

    _refuse_changes()


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in APPEND_ONLY:
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    for table in ('session_reports', 'session_marks', 'meeting_attendances', 'meeting_sessions', 'identity_matches',
                  'webhook_deliveries', 'stays', 'room_guests', 'meeting_rooms'):
        op.drop_table(table)
