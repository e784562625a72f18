"""Tables of the studio's database."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

# Names by rule, so that a migration can name what it drops.
_CONSTRAINTS = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> str:
    """Give the time in UTC, by ISO 8601 to the second: what SQLite sorts as text."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Table(DeclarativeBase):
    """What all tables have: a number that is never given twice, and when the row was made."""

    __table_args__ = {"sqlite_autoincrement": True}
    metadata = MetaData(naming_convention=_CONSTRAINTS)
    type_annotation_map = {dict[str, Any]: JSON, float: Double}


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PictureKind(StrEnum):
    """What a picture is."""

    PHOTO = "photo"
    DRAWING = "drawing"


class Project(Table):
    """What belongs together: photos, drawings, tastes and jobs."""

    __tablename__ = "projects"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[str] = mapped_column(default=now)
    name: Mapped[str] = mapped_column(String(200))

    pictures: Mapped[list["Picture"]] = relationship(cascade="all, delete-orphan")
    tastes: Mapped[list["Taste"]] = relationship(cascade="all, delete-orphan")
    jobs: Mapped[list["Job"]] = relationship(cascade="all, delete-orphan")
    styles: Mapped[list["Style"]] = relationship(cascade="all, delete-orphan")


class Picture(Table):
    """A photo that was uploaded, or a drawing that was kept.

    `file` and `thumbnail` are keys of `FileStore`. `settings` says how a drawing was made: model,
    style, intensity, size, texture, medium.
    """

    __tablename__ = "pictures"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[str] = mapped_column(default=now, index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    kind: Mapped[PictureKind] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    width: Mapped[int]
    height: Mapped[int]
    file: Mapped[str] = mapped_column(String(80))
    thumbnail: Mapped[str] = mapped_column(String(80))
    # A drawing stays when its photo is deleted.
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id", ondelete="SET NULL"))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Style(Table):
    """A style beside those of the models: a shared file, a discovered one, or a profile."""

    __tablename__ = "styles"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[str] = mapped_column(default=now)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(255))
    # Key of the file that `stylize` takes as a style, and the part of it after `#`, if any.
    file: Mapped[str] = mapped_column(String(80))
    part: Mapped[str | None] = mapped_column(String(200))


class Taste(Table):
    """A feedback session: its profile lies in a file."""

    __tablename__ = "tastes"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[str] = mapped_column(default=now)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    model: Mapped[str] = mapped_column(String(255))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id", ondelete="SET NULL"))
    file: Mapped[str] = mapped_column(String(80))


class Job(Table):
    """Long work: what was asked, how far it is, what came of it.

    `kind` is a task's name: discover, learn, export. `progress` goes from 0 to 1, `told` is a line
    for people, `result` what the task found. `folder` is the key of the folder it writes in.
    """

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[str] = mapped_column(default=now)
    started: Mapped[str | None]
    ended: Mapped[str | None]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[JobState] = mapped_column(String(16), default=JobState.WAITING, index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[float] = mapped_column(default=0.0)
    remaining: Mapped[float | None]
    told: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    folder: Mapped[str] = mapped_column(String(80))
    process: Mapped[int | None]
