"""Several roles for one person of a team, each everywhere or at one facility; somebody owns each organization.

The owner is the eldest admin whose address is proved, else the eldest. An organization without an admin has none: the
operator names one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ROLES = "'owner', 'admin', 'organizer', 'teacher', 'desk', 'viewer'"
_OWNER = """
    UPDATE member_roles SET role = 'owner' WHERE id IN (
        SELECT (SELECT r.id FROM member_roles r JOIN users u ON u.id = r.user_id
                WHERE r.organization_id = o.id AND r.role = 'admin'
                ORDER BY u.address_proved_at IS NULL, r.created_at, r.user_id LIMIT 1)
        FROM organizations o)
"""


def upgrade() -> None:
    op.create_table(
        "member_roles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("facility_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_member_roles_role")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name="fk_member_roles_facility_id_facilities"),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["memberships.organization_id", "memberships.user_id"],
            name="fk_member_roles_organization_id_memberships",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_roles")),
    )
    op.execute(
        "INSERT INTO member_roles (organization_id, user_id, role, created_at) "
        "SELECT organization_id, user_id, role, created_at FROM memberships ORDER BY organization_id, created_at, user_id"
    )
    op.execute(_OWNER)
    own = ["organization_id", "user_id", "role"]
    for name, columns, where in (
        ("uq_member_roles_all", own, "facility_id IS NULL"),
        ("uq_member_roles_one", [*own, "facility_id"], "facility_id IS NOT NULL"),
    ):
        condition = sa.text(where)
        op.create_index(name, "member_roles", columns, unique=True, sqlite_where=condition, postgresql_where=condition)
    op.create_index("ix_member_roles_user", "member_roles", ["user_id"])
    with op.batch_alter_table("memberships") as table:
        table.drop_constraint(op.f("ck_memberships_role"), type_="check")
        table.drop_column("role")


def downgrade() -> None:
    # Nobody may do more than before: who was less than an organizer everywhere is none of the team there.
    whole = "facility_id IS NULL AND role IN ('owner', 'admin', 'organizer')"
    stands = "m.organization_id = memberships.organization_id AND m.user_id = memberships.user_id"
    kept = f"EXISTS (SELECT 1 FROM member_roles m WHERE {stands} AND m.{whole.replace('role', 'm.role')})"
    runs = f"EXISTS (SELECT 1 FROM member_roles m WHERE {stands} AND m.facility_id IS NULL AND m.role IN ('owner', 'admin'))"
    op.add_column("memberships", sa.Column("role", sa.String(20), nullable=False, server_default="organizer"))
    op.execute(f"UPDATE memberships SET role = 'admin' WHERE {runs}")
    gone = f"NOT {kept}"
    op.execute("CREATE TEMPORARY TABLE left_team AS SELECT organization_id, user_id FROM memberships WHERE " + gone)
    op.drop_table("member_roles")
    op.execute(
        "DELETE FROM memberships WHERE EXISTS (SELECT 1 FROM left_team l "
        "WHERE l.organization_id = memberships.organization_id AND l.user_id = memberships.user_id)"
    )
    op.execute("DROP TABLE left_team")
    with op.batch_alter_table("memberships") as table:
        table.alter_column("role", server_default=None)
        table.create_check_constraint(op.f("ck_memberships_role"), "role IN ('organizer', 'admin')")
