"""Two rows of one person become one, and can be taken apart again.

Trails that say whom they are about let that follow a merge; nothing else of them may change, as before.
"""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

REDACTED = "Removed on request"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_MERGE = "person_merges"
_PARTS = {"kept_id": "users", "merged_id": "users", "actor_id": "users", "organization_id": "organizations"}
#: Table -> its text, and the columns that may never change. JSON is compared as text.
TRAILS = {
    "session_marks": ("reason", ("id", "session_id", "status", "actor_id", "request_id", "at")),
    "identity_match_changes": ("reason", ("id", "event_id", "class_id", "identity", "is_match", "actor_id", "at")),
    "class_attendance_marks": ("note", ("id", "session_id", "version", "status", "facts::text", "actor_id", "at")),
    "facility_moves": ("reason", ("id", "from_facility_id", "to_facility_id", "actor_id", "at")),
}


def upgrade() -> None:
    _add_column()
    op.create_table(
        _MERGE,
        sa.Column("id", _ID, nullable=False),
        *(sa.Column(column, _ID, nullable=column == "organization_id") for column in _PARTS),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("way IN ('self', 'staff', 'operator')", name=op.f(f"ck_{_MERGE}_way")),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f(f"ck_{_MERGE}_two_rows")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_MERGE}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_MERGE}"),
        sqlite_autoincrement=True,
    )
    for column in _PARTS:
        op.create_index(f"ix_{_MERGE}_{column}", _MERGE, [column])
    op.create_table(
        "person_merge_undos",
        sa.Column("merge_id", _ID, nullable=False, autoincrement=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], [f"{_MERGE}.id"], name="fk_person_merge_undos_merge_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_person_merge_undos_actor_id"),
        sa.PrimaryKeyConstraint("merge_id", name="pk_person_merge_undos"),
    )
    op.create_index("ix_person_merge_undos_actor_id", "person_merge_undos", ["actor_id"])
    others = ("id", *_PARTS, "way", "moved::text", "at")
    _watch(_MERGE, _is_no_redaction("reason", others))
    _watch("person_merge_undos", None)
    for table, (text, columns) in TRAILS.items():
        _watch_anew(table, _is_no_redaction(text, columns, follows=True))


def _add_column() -> None:
    """With its constraints: SQLite adds none later."""
    number = "BIGINT" if _is_postgres() else "INTEGER"
    op.execute(
        f"ALTER TABLE users ADD COLUMN merged_into_id {number} "
        "CONSTRAINT fk_users_merged_into_id REFERENCES users (id) "
        "CONSTRAINT ck_users_merged_is_disabled CHECK (merged_into_id IS NULL OR disabled_at IS NOT NULL)"
    )
    is_merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "ix_users_merged", "users", ["merged_into_id"], postgresql_where=is_merged, sqlite_where=is_merged
    )


def _is_no_redaction(text, columns, *, follows=False) -> str:
    """When an UPDATE is refused: another column changed, the text became another one, or nothing changed at all."""
    differs = "IS DISTINCT FROM" if _is_postgres() else "IS NOT"
    named = columns if _is_postgres() else [column.removesuffix("::text") for column in columns]
    moved = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in named)
    other_text = f"(NEW.{text} {differs} OLD.{text} AND NEW.{text} {differs} '{REDACTED}')"
    stays = f"NEW.{text} = OLD.{text}" + (" AND NEW.user_id = OLD.user_id" if follows else "")
    return f"({moved}) OR {other_text} OR ({stays})"


def _watch(table, refused) -> None:
    """Refuse every change but the one; with None every change."""
    if _is_postgres():
        call = "EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE DELETE ON {table} FOR EACH ROW {call}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}")
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    _watch_updates(table, refused)


def _watch_updates(table, refused) -> None:
    when = f"WHEN ({refused}) " if refused else ""
    if _is_postgres():
        call = f"FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {call}")
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _watch_anew(table, refused) -> None:
    op.execute(f"DROP TRIGGER {table}_no_update" + (f" ON {table}" if _is_postgres() else ""))
    _watch_updates(table, refused)


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def downgrade() -> None:
    _refuse_merged()
    for table, (text, columns) in TRAILS.items():
        _watch_anew(table, _is_no_redaction(text, (*columns, "user_id")))
    op.drop_table("person_merge_undos")
    op.drop_table(_MERGE)
    op.drop_index("ix_users_merged", "users")
    drop_columns(op.get_bind(), "users", ["merged_into_id"])


def _refuse_merged() -> None:
    """Older versions would let the second row of a person in again, without what was theirs."""
    merged = op.get_bind().scalar(sa.text("SELECT count(*) FROM users WHERE merged_into_id IS NOT NULL"))
    if merged:
        raise RuntimeError(f"{merged} people were merged into others: undo that before you go back to an older version")
