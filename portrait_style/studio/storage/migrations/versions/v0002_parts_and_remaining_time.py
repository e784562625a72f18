"""Styles that are one of several in a file, and the time that a job still takes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the two columns; rows that are there have nothing in them."""
    op.add_column("styles", sa.Column("part", sa.String(200), nullable=True))
    op.add_column("jobs", sa.Column("remaining", sa.Double, nullable=True))
