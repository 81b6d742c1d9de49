"""What was handed to each kit: an office that was set back to an older copy notices, and goes on above its kits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the number; what is there already counts as handed out."""
    op.add_column("kit", sa.Column("feed_served", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE kit SET feed_served = feed_n")
