"""Pictures of events."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event_pictures",
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("alt", sa.String(250), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_event_pictures_event_id_events"),
        sa.PrimaryKeyConstraint("event_id", name="pk_event_pictures"),
    )
    op.create_table(
        "event_picture_files",
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("mimetype", sa.String(20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event_pictures.event_id"], name="fk_event_picture_files_event_id_event_pictures"
        ),
        sa.PrimaryKeyConstraint("event_id", "side", name="pk_event_picture_files"),
    )


def downgrade() -> None:
    op.drop_table("event_picture_files")
    op.drop_table("event_pictures")
