"""People are listed by the last word of their name: a column and an index for it, so that no list is sorted in memory."""

import sqlalchemy as sa
from alembic import op

from webapp.domain.text import sort_name

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

#: Compared byte by byte on both databases.
_TYPE = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")
_USER = sa.table(
    "users", sa.column("id", sa.BigInteger), sa.column("name", sa.String), sa.column("sort_name", sa.String)
)
_PART = 5_000


def upgrade() -> None:
    op.add_column("users", sa.Column("sort_name", _TYPE, nullable=False, server_default=""))
    connection, after = op.get_bind(), 0
    write = _USER.update().where(_USER.c.id == sa.bindparam("of")).values(sort_name=sa.bindparam("sorted"))
    while rows := connection.execute(
        sa.select(_USER.c.id, _USER.c.name).where(_USER.c.id > after).order_by(_USER.c.id).limit(_PART)
    ).all():
        connection.execute(write, [{"of": row.id, "sorted": sort_name(row.name)} for row in rows])
        after = rows[-1].id
    op.create_index("ix_users_sort_name", "users", ["sort_name", "id"])


def downgrade() -> None:
    op.drop_index("ix_users_sort_name", "users")
    op.drop_column("users", "sort_name")
