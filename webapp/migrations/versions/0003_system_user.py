"""The account that stands for the system, the first one in every database."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The first row of an empty table: its id is 1 on both databases, and the counter knows it.
    op.execute(
        "INSERT INTO users (email, name, search_text, is_operator, is_system, created_at) "
        "VALUES ('system_batch@turnout.invalid', 'System', '', false, true, "
        "'2026-01-01 00:00:00+00')"
        if op.get_bind().dialect.name == "postgresql"
        else "INSERT INTO users (email, name, search_text, is_operator, is_system, created_at) "
        "VALUES ('system_batch@turnout.invalid', 'System', '', 0, 1, '2026-01-01 00:00:00.000000')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM users WHERE email = 'system_batch@turnout.invalid'")
