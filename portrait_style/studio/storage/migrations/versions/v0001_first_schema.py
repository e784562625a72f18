"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _projects()
    _pictures()
    _styles()
    _tastes()
    _jobs()


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sqlite_autoincrement=True,
    )


def _pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("project_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("thumbnail", sa.String(80), nullable=False),
        sa.Column("photo_id", sa.Integer, nullable=True),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pictures"),
        _of_project("pictures"),
        _of_photo("pictures"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pictures_created", "pictures", ["created"])


def _styles() -> None:
    op.create_table(
        "styles",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("project_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("model", sa.String(255), nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_styles"),
        _of_project("styles"),
        sqlite_autoincrement=True,
    )


def _tastes() -> None:
    op.create_table(
        "tastes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("project_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("model", sa.String(255), nullable=False),
        sa.Column("photo_id", sa.Integer, nullable=True),
        sa.Column("file", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tastes"),
        _of_project("tastes"),
        _of_photo("tastes"),
        sqlite_autoincrement=True,
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("started", sa.String, nullable=True),
        sa.Column("ended", sa.String, nullable=True),
        sa.Column("project_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("told", sa.String, nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        sa.Column("folder", sa.String(80), nullable=False),
        sa.Column("process", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        _of_project("jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])


def _of_project(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_project_id_projects"
    return sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=name, ondelete="CASCADE")


def _of_photo(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_photo_id_pictures"
    return sa.ForeignKeyConstraint(["photo_id"], ["pictures.id"], name=name, ondelete="SET NULL")
