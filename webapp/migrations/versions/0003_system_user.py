"""The account that stands for the system, the first one in every database."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The first row of an empty table: its id is 1 on both databases, and the counter knows it.
    # After the way back it is there already.
    is_postgres = op.get_bind().dialect.name == "postgresql"
    no, yes, at = ("false", "true", "+00") if is_postgres else ("0", "1", ".000000")
    op.execute(
        "INSERT INTO users (email, name, search_text, is_operator, is_system, created_at) "
        f"SELECT 'system_batch@turnout.invalid', 'System', '', {no}, {yes}, "
        f"{'timestamptz ' if is_postgres else ''}'2026-01-01 00:00:00{at}' "
        "WHERE NOT EXISTS (SELECT 1 FROM users WHERE email = 'system_batch@turnout.invalid')"
    )


def downgrade() -> None:
    """Nothing: trails name the account."""
