"""The first project of a studio."""

import sqlalchemy as sa

from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.tables import Project

FIRST_PROJECT = "My portraits"


def ensure_project(database: Database) -> None:
    """Make a first project where there is none."""
    with database.session() as session:
        if session.scalar(sa.select(Project.id).limit(1)) is None:
            session.add(Project(name=FIRST_PROJECT))
