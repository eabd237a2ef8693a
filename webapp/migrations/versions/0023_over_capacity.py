"""Seats that staff gives beyond the capacity, and a phone number for who has no address."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns, make_anew, table_words

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

#: Table -> its check before, and now.
_CHECKS = {
    "event_policies": ("capacity IS NULL OR seats_taken <= capacity", "capacity IS NULL OR seats_taken <= capacity + seats_over"),
    "program_classes": (
        "seats_taken >= 0 AND seats_taken <= capacity",
        "seats_taken >= 0 AND seats_taken <= capacity + seats_over",
    ),
}


def upgrade() -> None:
    for table, (before, now) in _CHECKS.items():
        check = f"CONSTRAINT ck_{table}_over_not_negative CHECK (seats_over >= 0)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN seats_over INTEGER DEFAULT 0 NOT NULL {check}")
        _check_anew(table, before, now)
    for table in ("enrollments", "class_enrollments"):
        op.add_column(table, sa.Column("over_capacity", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("users", sa.Column("phone", sa.String(40)))


def _check_anew(table, before, now) -> None:
    name, bind = f"ck_{table}_never_oversold", op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({now})")
        return
    made = table_words(bind)[table]
    if f"CHECK ({before})" not in made:
        raise RuntimeError(f"cannot read how {table} was made")
    make_anew(bind, table, made.replace(f"CHECK ({before})", f"CHECK ({now})"))


def downgrade() -> None:
    bind = op.get_bind()
    for table, (before, now) in _CHECKS.items():
        if bind.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE seats_over > 0")):
            raise RuntimeError("Some events or classes have more people than places: raise those limits before you go back")
        _check_anew(table, now, before)
        drop_columns(bind, table, ["seats_over"])
    drop_columns(bind, "class_enrollments", ["over_capacity"])
    drop_columns(bind, "enrollments", ["over_capacity"])
    drop_columns(bind, "users", ["phone"])
