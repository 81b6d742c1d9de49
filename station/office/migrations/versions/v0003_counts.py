"""The policy in force and who was told of it; counts and indexes that keep the dashboard as quick at many packets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables and indexes, and count what is there already."""
    op.create_table(
        "policy",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.add_column("kit", sa.Column("policy_digest", sa.String(length=64), nullable=False, server_default=""))
    op.create_index("packet_received", "packet", ["received_at", "kit_id", "session_id"])
    op.create_index("packet_session", "packet", ["kit_id", "session_id"])
    op.create_index("packet_status", "packet", ["status", "status_at"])
    op.create_table(
        "packet_count",
        sa.Column("kit_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("packets", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kit_id", "status"),
    )
    op.execute(
        "INSERT INTO packet_count (kit_id, status, packets)"
        " SELECT kit_id, status, count(*) FROM packet GROUP BY kit_id, status"
    )
