"""Whose address it is. Proved where a mailed link was used; who was given something by others is asked.

Links are deleted once they are over, so a used one is rarely still there. But whoever was put on a list
had no password, and got one by a mailed link only: a password on such an account is a proof, too, unless
it is staff's, whose first one may have been set by the operator.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STAFF = "(is_operator OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = users.id))"
_ON_A_LIST = """(
    EXISTS (SELECT 1 FROM enrollments e WHERE e.user_id = users.id AND e.source <> 'web' {same_instant_e})
    OR EXISTS (SELECT 1 FROM facility_people f WHERE f.user_id = users.id {same_instant_f})
    {classes}
)"""
_GIVEN = _ON_A_LIST.format(
    same_instant_e="", same_instant_f="",
    classes="OR EXISTS (SELECT 1 FROM class_enrollments c WHERE c.user_id = users.id)",
)  # fmt: skip
_MADE_BY_A_LIST = _ON_A_LIST.format(
    same_instant_e="AND e.enrolled_at = users.created_at", same_instant_f="AND f.added_at = users.created_at", classes=""
)
_PERSON = "NOT is_system AND anonymized_at IS NULL AND email IS NOT NULL"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("users", sa.Column("address_proved_at", moment, nullable=True))
    op.add_column("users", sa.Column("given_by_others", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("proof_grace_until", moment, nullable=True))
    op.execute(
        "ALTER TABLE password_resets ADD COLUMN purpose VARCHAR(20) DEFAULT 'reset' NOT NULL "
        "CONSTRAINT ck_password_resets_purpose CHECK (purpose IN ('reset', 'confirm'))"
    )
    op.create_table(
        "reset_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("requested_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_requests")),
    )
    _look_back(datetime.now(UTC))


def _look_back(now: datetime) -> None:
    """What is known of the accounts that are there."""
    # A password that was changed while signed in ended links that nobody used; that session is older than their end.
    op.execute(
        "UPDATE users SET address_proved_at = "
        "(SELECT min(r.used_at) FROM password_resets r WHERE r.user_id = users.id AND r.used_at < r.expires_at "
        "AND NOT EXISTS (SELECT 1 FROM sign_ins s WHERE s.user_id = r.user_id AND s.created_at < r.used_at)) "
        f"WHERE {_PERSON}"
    )
    instant = sa.bindparam("instant", now, type_=sa.DateTime(timezone=True))
    op.get_bind().execute(
        sa.text(
            f"UPDATE users SET address_proved_at = :instant WHERE {_PERSON} AND address_proved_at IS NULL "  # noqa: S608
            f"AND password_hash IS NOT NULL AND NOT {_STAFF} AND {_MADE_BY_A_LIST}"
        ).bindparams(instant)
    )
    op.execute(f"UPDATE users SET given_by_others = true WHERE {_PERSON} AND ({_STAFF} OR {_GIVEN})")  # noqa: S608
    grace = sa.bindparam("grace", now + timedelta(days=14), type_=sa.DateTime(timezone=True))
    op.get_bind().execute(
        sa.text(
            f"UPDATE users SET proof_grace_until = :grace WHERE {_PERSON} AND address_proved_at IS NULL AND {_STAFF}"  # noqa: S608
        ).bindparams(grace)
    )


def downgrade() -> None:
    # Links that confirm an address were not known before, and must not pass for links to a new password.
    op.execute("UPDATE password_resets SET used_at = created_at WHERE purpose <> 'reset' AND used_at IS NULL")
    op.drop_table("reset_requests")
    with op.batch_alter_table("password_resets", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_password_resets_purpose"), type_="check")
        batch_op.drop_column("purpose")
    for column in ("proof_grace_until", "given_by_others", "address_proved_at"):
        op.drop_column("users", column)
