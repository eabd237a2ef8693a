"""Programs, classes, their sessions, enrollments and roll-call."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

REDACTED = "Removed on request"
#: JSON is compared as text: PostgreSQL cannot compare `json` itself.
TRAILS = {
    'class_changes': (
        ('reason',),
        ('id', 'class_id', 'version', 'kind', 'from_status', 'to_status', 'facts::text', 'triggered_by', 'actor_id',
         'job_run_id', 'at'),
    ),
    'class_session_changes': (
        ('reason',),
        ('id', 'session_id', 'class_id', 'version', 'batch', 'before::text', 'after::text', 'is_undo', 'actor_id', 'at'),
    ),
    'class_enrollment_transitions': (
        ('reason', 'actor_label'),
        ('id', 'enrollment_id', 'class_id', 'version', 'from_status', 'to_status', 'kind', 'triggered_by', 'actor_id',
         'at'),
    ),
    'class_attendance_marks': (
        ('note',),
        ('id', 'session_id', 'user_id', 'version', 'status', 'facts::text', 'actor_id', 'at'),
    ),
}

EVENT_LINES = ('confirmed', 'waitlisted', 'promoted', 'rejected', 'cancelled', 'called_off', 'event_changed',
               'reminder', 'attendance_prompt', 'no_show')
CLASS_LINES = ('class_enrolled', 'class_waitlisted', 'class_promoted', 'class_cancelled', 'class_called_off',
               'class_ended', 'class_reopened', 'class_completed')


def upgrade() -> None:
    op.create_table('class_outbox_events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enrollment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('ClassEnrolled', 'ClassWaitlisted', 'ClassPromoted', 'ClassEnrollmentCancelled', 'ClassEnrollmentEnded', 'ClassEnrollmentReopened', 'ClassCompleted')", name=op.f('ck_class_outbox_events_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_outbox_events')),
    sa.UniqueConstraint('class_id', 'enrollment_id', 'version', name='uq_class_outbox_events_version')
    )
    with op.batch_alter_table('class_outbox_events', schema=None) as batch_op:
        batch_op.create_index('ix_class_outbox_events_waiting', ['id'], unique=False, postgresql_where=sa.text('dispatched_at IS NULL'), sqlite_where=sa.text('dispatched_at IS NULL'))

    op.create_table('class_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('from_status', sa.String(length=20), nullable=True),
    sa.Column('to_status', sa.String(length=20), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('triggered_by', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('job_run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('created', 'edited', 'moved', 'activated', 'activation_undone', 'archived', 'deleted')", name=op.f('ck_class_changes_kind')),
    sa.CheckConstraint("triggered_by IN ('user', 'organizer', 'admin', 'system')", name=op.f('ck_class_changes_triggered_by')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_class_changes_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_changes')),
    sa.UniqueConstraint('class_id', 'version', name='uq_class_changes_version')
    )
    op.create_table('class_session_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('batch', sa.String(length=36), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('is_undo', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_class_session_changes_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_session_changes')),
    sa.UniqueConstraint('session_id', 'version', name='uq_class_session_changes_version')
    )
    with op.batch_alter_table('class_session_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_session_changes_class_id'), ['class_id'], unique=False)

    op.create_table('programs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organization_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('archived_at IS NULL OR NOT is_active', name=op.f('ck_programs_archived_inactive')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_programs_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programs')),
    sa.UniqueConstraint('organization_id', 'name', name='uq_programs_name'),
    sa.UniqueConstraint('organization_id', 'request_id', name='uq_programs_request')
    )
    op.create_table('facility_activations',
    sa.Column('facility_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('local_on', sa.Date(), nullable=False),
    sa.Column('job_run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('classes', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['facility_id'], ['facilities.id'], name=op.f('fk_facility_activations_facility_id')),
    sa.PrimaryKeyConstraint('facility_id', 'local_on', name=op.f('pk_facility_activations'))
    )
    op.create_table('facility_people',
    sa.Column('facility_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deactivated_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['facility_id'], ['facilities.id'], name=op.f('fk_facility_people_facility_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_facility_people_user_id')),
    sa.PrimaryKeyConstraint('facility_id', 'user_id', name=op.f('pk_facility_people'))
    )
    with op.batch_alter_table('facility_people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_facility_people_user_id'), ['user_id'], unique=False)

    op.create_table('program_facilities',
    sa.Column('program_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('facility_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['facility_id'], ['facilities.id'], name=op.f('fk_program_facilities_facility_id')),
    sa.ForeignKeyConstraint(['program_id'], ['programs.id'], name=op.f('fk_program_facilities_program_id')),
    sa.PrimaryKeyConstraint('program_id', 'facility_id', name=op.f('pk_program_facilities'))
    )
    with op.batch_alter_table('program_facilities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_program_facilities_facility_id'), ['facility_id'], unique=False)

    op.create_table('rooms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('facility_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['facility_id'], ['facilities.id'], name=op.f('fk_rooms_facility_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rooms')),
    sa.UniqueConstraint('facility_id', 'name', name='uq_rooms_name')
    )
    op.create_table('program_classes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('program_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organization_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('facility_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('search_text', sa.String(length=400), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('instructor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('room_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('has_waitlist', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('required_percent', sa.Integer(), nullable=False),
    sa.Column('seats_taken', sa.Integer(), nullable=False),
    sa.Column('waiting_count', sa.Integer(), nullable=False),
    sa.Column('last_waitlist_position', sa.Integer(), nullable=False),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("archived_at IS NULL OR status IN ('completed', 'cancelled')", name=op.f('ck_program_classes_archived_frozen')),
    sa.CheckConstraint("status IN ('scheduled', 'active', 'paused', 'completed', 'cancelled')", name=op.f('ck_program_classes_status')),
    sa.CheckConstraint('capacity >= 1', name=op.f('ck_program_classes_capacity_positive')),
    sa.CheckConstraint('required_percent BETWEEN 0 AND 100', name=op.f('ck_program_classes_required_percent')),
    sa.CheckConstraint('seats_taken >= 0 AND seats_taken <= capacity', name=op.f('ck_program_classes_never_oversold')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_program_classes_start_before_end')),
    sa.CheckConstraint('waiting_count >= 0', name=op.f('ck_program_classes_waiting_not_negative')),
    sa.ForeignKeyConstraint(['facility_id'], ['facilities.id'], name=op.f('fk_program_classes_facility_id')),
    sa.ForeignKeyConstraint(['instructor_id'], ['users.id'], name=op.f('fk_program_classes_instructor_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_program_classes_organization_id')),
    sa.ForeignKeyConstraint(['program_id'], ['programs.id'], name=op.f('fk_program_classes_program_id')),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_program_classes_room_id')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['users.id'], name=op.f('fk_program_classes_updated_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program_classes')),
    sa.UniqueConstraint('program_id', 'request_id', name='uq_program_classes_request')
    )
    with op.batch_alter_table('program_classes', schema=None) as batch_op:
        batch_op.create_index('ix_program_classes_due', ['facility_id', 'status', 'starts_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_program_classes_instructor_id'), ['instructor_id'], unique=False)
        batch_op.create_index('ix_program_classes_listed', ['organization_id', 'status', 'starts_on'], unique=False)

    op.create_table('class_enrollments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('waitlist_position', sa.Integer(), nullable=True),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(ended_at IS NULL) = (status IN ('enrolled', 'waitlisted'))", name=op.f('ck_class_enrollments_end_has_time')),
    sa.CheckConstraint("status <> 'waitlisted' OR waitlist_position IS NOT NULL", name=op.f('ck_class_enrollments_waiting_has_ticket')),
    sa.CheckConstraint("status IN ('enrolled', 'waitlisted', 'cancelled', 'completed', 'withdrawn', 'dropped', 'failed', 'transferred')", name=op.f('ck_class_enrollments_status')),
    sa.ForeignKeyConstraint(['class_id'], ['program_classes.id'], name=op.f('fk_class_enrollments_class_id')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['users.id'], name=op.f('fk_class_enrollments_updated_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_class_enrollments_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_enrollments'))
    )
    with op.batch_alter_table('class_enrollments', schema=None) as batch_op:
        batch_op.create_index('ix_class_enrollments_class', ['class_id', 'status', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_class_enrollments_user_id'), ['user_id'], unique=False)
        batch_op.create_index('uq_class_enrollments_live', ['class_id', 'user_id'], unique=True, postgresql_where=sa.text("status IN ('enrolled', 'waitlisted')"), sqlite_where=sa.text("status IN ('enrolled', 'waitlisted')"))
        batch_op.create_index('uq_class_enrollments_request', ['class_id', 'request_id'], unique=True, postgresql_where=sa.text('request_id IS NOT NULL'), sqlite_where=sa.text('request_id IS NOT NULL'))
        batch_op.create_index('uq_class_enrollments_ticket', ['class_id', 'waitlist_position'], unique=True, postgresql_where=sa.text('waitlist_position IS NOT NULL'), sqlite_where=sa.text('waitlist_position IS NOT NULL'))

    op.create_table('class_rules',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rrule', sa.String(length=300), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('starts_at_local', sa.String(length=5), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 1 AND 1440', name=op.f('ck_class_rules_minutes')),
    sa.ForeignKeyConstraint(['class_id'], ['program_classes.id'], name=op.f('fk_class_rules_class_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_rules'))
    )
    with op.batch_alter_table('class_rules', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_rules_class_id'), ['class_id'], unique=False)

    op.create_table('class_completions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enrollment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revoked_reason', sa.String(length=500), nullable=True),
    sa.CheckConstraint('(revoked_at IS NULL) = (revoked_reason IS NULL)', name=op.f('ck_class_completions_revocation_has_reason')),
    sa.ForeignKeyConstraint(['class_id'], ['program_classes.id'], name=op.f('fk_class_completions_class_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['class_enrollments.id'], name=op.f('fk_class_completions_enrollment_id')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['users.id'], name=op.f('fk_class_completions_issued_by_id')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['users.id'], name=op.f('fk_class_completions_revoked_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_class_completions_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_completions')),
    sa.UniqueConstraint('code', name=op.f('uq_class_completions_code'))
    )
    with op.batch_alter_table('class_completions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_completions_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_class_completions_user_id'), ['user_id'], unique=False)
        batch_op.create_index('uq_class_completions_valid', ['enrollment_id'], unique=True, postgresql_where=sa.text('revoked_at IS NULL'), sqlite_where=sa.text('revoked_at IS NULL'))

    op.create_table('class_enrollment_transitions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enrollment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('from_status', sa.String(length=20), nullable=True),
    sa.Column('to_status', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('triggered_by', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor_label', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('move', 'override', 'withdrawal')", name=op.f('ck_class_enrollment_transitions_kind')),
    sa.CheckConstraint("triggered_by IN ('user', 'organizer', 'admin', 'system')", name=op.f('ck_class_enrollment_transitions_triggered_by')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_class_enrollment_transitions_actor_id')),
    sa.ForeignKeyConstraint(['enrollment_id'], ['class_enrollments.id'], name=op.f('fk_class_enrollment_transitions_enrollment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_enrollment_transitions')),
    sa.UniqueConstraint('enrollment_id', 'version', name='uq_class_enrollment_transitions_version')
    )
    with op.batch_alter_table('class_enrollment_transitions', schema=None) as batch_op:
        batch_op.create_index('ix_class_enrollment_transitions_class', ['class_id', 'id'], unique=False)

    op.create_table('class_sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rule_on', sa.Date(), nullable=True),
    sa.Column('local_on', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('room_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('instructor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('online_kind', sa.String(length=30), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('scheduled', 'cancelled')", name=op.f('ck_class_sessions_status')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_class_sessions_end_after_start')),
    sa.ForeignKeyConstraint(['class_id'], ['program_classes.id'], name=op.f('fk_class_sessions_class_id')),
    sa.ForeignKeyConstraint(['instructor_id'], ['users.id'], name=op.f('fk_class_sessions_instructor_id')),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_class_sessions_room_id')),
    sa.ForeignKeyConstraint(['rule_id'], ['class_rules.id'], name=op.f('fk_class_sessions_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_sessions')),
    sa.UniqueConstraint('class_id', 'rule_id', 'rule_on', name='uq_class_sessions_rule_date')
    )
    with op.batch_alter_table('class_sessions', schema=None) as batch_op:
        batch_op.create_index('ix_class_sessions_class', ['class_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_class_sessions_instructor', ['instructor_id', 'starts_at'], unique=False, postgresql_where=sa.text("status = 'scheduled'"), sqlite_where=sa.text("status = 'scheduled'"))
        batch_op.create_index('ix_class_sessions_room', ['room_id', 'starts_at'], unique=False, postgresql_where=sa.text("status = 'scheduled'"), sqlite_where=sa.text("status = 'scheduled'"))

    op.create_table('class_attendance_marks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('present', 'partial', 'absent_excused', 'absent_unexcused')", name=op.f('ck_class_attendance_marks_status')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_class_attendance_marks_actor_id')),
    sa.ForeignKeyConstraint(['session_id'], ['class_sessions.id'], name=op.f('fk_class_attendance_marks_session_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_class_attendance_marks_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_attendance_marks')),
    sa.UniqueConstraint('session_id', 'user_id', 'version', name='uq_class_attendance_marks_version')
    )
    with op.batch_alter_table('class_attendance_marks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_attendance_marks_user_id'), ['user_id'], unique=False)

    op.create_table('class_attendances',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('category', sa.String(length=20), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('is_automatic', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('marked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("category IN ('illness', 'work', 'appointment', 'family', 'transport', 'other')", name=op.f('ck_class_attendances_category')),
    sa.CheckConstraint("status IN ('present', 'partial', 'absent_excused', 'absent_unexcused')", name=op.f('ck_class_attendances_status')),
    sa.CheckConstraint('minutes IS NULL OR minutes >= 0', name=op.f('ck_class_attendances_minutes_not_negative')),
    sa.CheckConstraint('out_at IS NULL OR in_at IS NULL OR out_at > in_at', name=op.f('ck_class_attendances_out_after_in')),
    sa.ForeignKeyConstraint(['marked_by_id'], ['users.id'], name=op.f('fk_class_attendances_marked_by_id')),
    sa.ForeignKeyConstraint(['session_id'], ['class_sessions.id'], name=op.f('fk_class_attendances_session_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_class_attendances_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_attendances')),
    sa.UniqueConstraint('session_id', 'user_id', name='uq_class_attendances_person')
    )
    with op.batch_alter_table('class_attendances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_class_attendances_user_id'), ['user_id'], unique=False)

    # Not in a batch: that would make the table anew on SQLite, under what refers to it.
    number = 'INTEGER' if op.get_bind().dialect.name == 'sqlite' else 'BIGINT'
    op.execute(
        f"ALTER TABLE meeting_sessions ADD COLUMN class_session_id {number} "
        "CONSTRAINT fk_meeting_sessions_class_session_id REFERENCES class_sessions (id) "
        "CONSTRAINT ck_meeting_sessions_one_owner CHECK ((event_id IS NULL) <> (class_session_id IS NULL))"
    )
    op.create_index('uq_meeting_sessions_class_session', 'meeting_sessions', ['class_session_id'], unique=True)
    op.execute(
        f"ALTER TABLE identity_matches ADD COLUMN class_id {number} "
        "CONSTRAINT fk_identity_matches_class_id REFERENCES program_classes (id) "
        "CONSTRAINT ck_identity_matches_one_owner CHECK ((event_id IS NULL) <> (class_id IS NULL))"
    )
    op.create_index('uq_identity_matches_class_identity', 'identity_matches', ['class_id', 'identity'], unique=True)
    op.add_column('job_runs', sa.Column('facility_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
    op.add_column('job_runs', sa.Column('by_hand', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        f"ALTER TABLE messages ADD COLUMN class_id {number} "
        "CONSTRAINT fk_messages_class_id REFERENCES program_classes (id)"
    )
    op.execute(
        f"ALTER TABLE notifications ADD COLUMN class_enrollment_id {number} "
        "CONSTRAINT fk_notifications_class_enrollment_id REFERENCES class_enrollments (id)"
    )
    _allow_lines(EVENT_LINES, EVENT_LINES + CLASS_LINES)
    _refuse_changes()


def _allow_lines(before, after) -> None:
    """Say anew which types a line of the notification centre may have."""
    old, new = _type_check(before), _type_check(after)
    bind = op.get_bind()
    if bind.dialect.name == 'postgresql':
        op.execute("ALTER TABLE notifications DROP CONSTRAINT ck_notifications_type")
        op.execute(f"ALTER TABLE notifications ADD CONSTRAINT ck_notifications_type {new}")
        return
    # SQLite keeps a table as its words. No other table refers to this one, so it can be written anew.
    kept = bind.exec_driver_sql(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = 'notifications' AND sql IS NOT NULL"
    ).all()
    (table,) = [words for kind, words in kept if kind == 'table']
    bind.exec_driver_sql("ALTER TABLE notifications RENAME TO notifications_before")
    for kind, words in kept:
        if kind == 'index':
            bind.exec_driver_sql(f"DROP INDEX {words.split(' INDEX ')[1].split()[0]}")
    bind.exec_driver_sql(table.replace(old, new))
    bind.exec_driver_sql("INSERT INTO notifications SELECT * FROM notifications_before")
    bind.exec_driver_sql("DROP TABLE notifications_before")
    for kind, words in kept:
        if kind == 'index':
            bind.exec_driver_sql(words)


def _type_check(types) -> str:
    return "CHECK (type IN ({}))".format(", ".join(f"'{one}'" for one in types))


def _refuse_changes() -> None:
    """As 0002 and 0007: nothing changes, but that a text of somebody who asked to go becomes a fixed one."""
    if op.get_bind().dialect.name == 'postgresql':
        for table, (texts, others) in TRAILS.items():
            refused = _is_no_redaction(texts, others, 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM')
            for name, verb in (('append_only', 'DELETE'), ('no_update', 'UPDATE')):
                when = f"WHEN ({refused}) " if verb == 'UPDATE' else ''
                op.execute(
                    f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} "
                    f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
                )
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table, (texts, others) in TRAILS.items():
        plain = tuple(column.removesuffix('::text') for column in others)
        refused = _is_no_redaction(texts, plain, 'IS NOT', 'IS')
        for verb in ('UPDATE', 'DELETE'):
            when = f"WHEN {refused} " if verb == 'UPDATE' else ''
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}"
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _is_no_redaction(texts, others, differs, equals) -> str:
    """The condition under which an UPDATE is refused."""
    moved = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in others)
    other_text = " OR ".join(
        f"(NEW.{column} {differs} OLD.{column} AND (OLD.{column} IS NULL OR NEW.{column} {differs} '{REDACTED}'))"
        for column in texts
    )
    nothing = " AND ".join(f"NEW.{column} {equals} OLD.{column}" for column in texts)
    return f"({moved}) OR ({other_text}) OR ({nothing})"


def _forget_meetings_of_classes() -> None:
    """What was measured and marked in them goes, too; of marks only past the trigger that keeps them."""
    bind = op.get_bind()
    of_class = "session_id IN (SELECT id FROM meeting_sessions WHERE class_session_id IS NOT NULL)"
    for table in ('session_reports', 'meeting_attendances'):
        op.execute(f'DELETE FROM {table} WHERE {of_class}')
    if bind.dialect.name == 'postgresql':
        op.execute('ALTER TABLE session_marks DISABLE TRIGGER session_marks_append_only')
        op.execute(f'DELETE FROM session_marks WHERE {of_class}')
        op.execute('ALTER TABLE session_marks ENABLE TRIGGER session_marks_append_only')
        return
    keeping = bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'session_marks_no_delete'").scalar_one()
    op.execute('DROP TRIGGER session_marks_no_delete')
    op.execute(f'DELETE FROM session_marks WHERE {of_class}')
    bind.exec_driver_sql(keeping)


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE class_enrollment_id IS NOT NULL")
    _allow_lines(EVENT_LINES + CLASS_LINES, EVENT_LINES)
    for table, column in (('notifications', 'class_enrollment_id'), ('messages', 'class_id')):
        drop_columns(op.get_bind(), table, (column,))
    drop_columns(op.get_bind(), 'job_runs', ('facility_id', 'by_hand'))
    _forget_meetings_of_classes()
    for table, index, column in (
        ('meeting_sessions', 'uq_meeting_sessions_class_session', 'class_session_id'),
        ('identity_matches', 'uq_identity_matches_class_identity', 'class_id'),
    ):
        op.execute(f'DELETE FROM {table} WHERE {column} IS NOT NULL')
        op.drop_index(index, table)
        drop_columns(op.get_bind(), table, (column,))
    for table in (
        'class_attendances', 'class_attendance_marks', 'class_sessions', 'class_enrollment_transitions',
        'class_completions', 'class_rules', 'class_enrollments', 'program_classes',
        'rooms', 'program_facilities', 'facility_people', 'facility_activations',
        'programs', 'class_session_changes', 'class_changes', 'class_outbox_events',
    ):
        op.drop_table(table)
