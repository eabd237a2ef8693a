"""People are found by other spellings of their names, too: the text that is searched is written anew.

The way back leaves it as it is: more words in it are no harm to what reads it.
"""

import sqlalchemy as sa
from alembic import op

from webapp.domain.text import search_text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_USER = sa.table(
    "users", sa.column("id", sa.BigInteger), sa.column("name", sa.String), sa.column("email", sa.String),
    sa.column("search_text", sa.String),
)
#: An account that was deleted has nothing that could be searched, and stays so.
_PART = 5_000


def upgrade() -> None:
    connection, after = op.get_bind(), 0
    write = _USER.update().where(_USER.c.id == sa.bindparam("of")).values(search_text=sa.bindparam("text"))
    while True:
        rows = connection.execute(
            sa.select(_USER).where(_USER.c.id > after, _USER.c.search_text != "").order_by(_USER.c.id).limit(_PART)
        ).all()
        if not rows:
            return
        texts = [(row.id, search_text(row.name, row.email), row.search_text) for row in rows]
        changed = [{"of": user_id, "text": new} for user_id, new, old in texts if new != old]
        if changed:
            connection.execute(write, changed)
        after = rows[-1].id


def downgrade() -> None:
    pass
