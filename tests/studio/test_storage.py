"""The database of a studio: what it keeps, how it is brought up to date, and when it is refused."""

import sqlite3
import threading

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from portrait_style.errors import StorageError
from portrait_style.studio.storage.database import Database, migrations
from portrait_style.studio.storage.tables import Job, JobState, Picture, Project, Style, Table


@pytest.fixture
def path(tmp_path):
    # A sign that has a meaning in addresses and in Alembic's settings.
    return tmp_path / "100 % ü.sqlite3"


def migrate(path, version):
    """Make a database of an earlier version, as Alembic makes it."""
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    with engine.begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def differences(session):
    """What the database has otherwise than the tables."""
    return compare_metadata(MigrationContext.configure(session.connection()), Table.metadata)


def run_sql(path, *statements):
    with sqlite3.connect(path) as connection:
        found = [connection.execute(statement).fetchall() for statement in statements]
    connection.close()
    return found[-1]


def test_a_new_database_has_the_tables(path):
    database = Database(path)
    with database.session() as session:
        assert (
            compare_metadata(MigrationContext.configure(session.connection()), Table.metadata) == []
        )
        assert session.scalar(sa.text("PRAGMA foreign_keys")) == 1
        assert session.scalar(sa.text("PRAGMA journal_mode")) == "wal"


def test_a_transaction_is_kept_whole_or_not_at_all(path):
    database = Database(path)
    with database.session() as session:
        session.add(Project(name="kept"))
    with pytest.raises(RuntimeError), database.session() as session:
        session.add(Project(name="lost"))
        session.flush()
        raise RuntimeError
    with Database(path).reading() as session:
        assert list(session.scalars(sa.select(Project.name))) == ["kept"]


def test_a_database_of_the_first_version_opens_and_keeps_everything(path):
    migrate(path, "0001")
    run_sql(
        path,
        "INSERT INTO projects VALUES (3, '2025-01-02T03:04:05+00:00', '小明')",
        "INSERT INTO pictures VALUES (5, '2025-01-02T03:04:06+00:00', 3, 'photo', 'Jürgen.jpg', "
        "640, 480, 'ab/x.jpg', 'cd/y.jpg', NULL, '{}')",
        "INSERT INTO pictures VALUES (6, '2025-01-02T03:04:07+00:00', 3, 'drawing', 'oil', 640, "
        "480, 'ef/x.png', '01/y.jpg', 5, '{\"style\": \"oil\"}')",
        "INSERT INTO styles VALUES (7, '2025-01-02T03:04:08+00:00', 3, 'mine', 'mobile', 's')",
        "INSERT INTO jobs VALUES (12, '2025-01-02T03:04:09+00:00', NULL, NULL, 3, 'learn', 'wash', "
        "'stopped', '{\"steps\": 9}', 0.5, 'half', '{}', 'aa/f', NULL)",
    )
    database = Database(path)
    with database.reading() as session:
        assert session.get(Project, 3).name == "小明"
        drawing = session.get(Picture, 6)
        assert (drawing.photo_id, drawing.settings) == (5, {"style": "oil"})
        assert (session.get(Style, 7).name, session.get(Style, 7).part) == ("mine", None)
        job = session.get(Job, 12)
        assert (job.state, job.arguments, job.remaining) == (JobState.STOPPED, {"steps": 9}, None)
    with database.session() as session:
        session.get(Style, 7).part = "sepia"
        assert (
            compare_metadata(MigrationContext.configure(session.connection()), Table.metadata) == []
        )
    assert run_sql(path, "SELECT version_num FROM alembic_version") == [("0002",)]
    assert run_sql(path, "SELECT count(*) FROM pictures") == [(2,)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(path):
    migrate(path, "0001")
    # Then the second step of the migration meets a column that is there.
    run_sql(path, "ALTER TABLE jobs ADD COLUMN remaining FLOAT")
    with pytest.raises(StorageError, match="cannot open the database"):
        Database(path)
    assert run_sql(path, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert "part" not in [row[1] for row in run_sql(path, "PRAGMA table_info(styles)")]


def test_a_database_of_a_newer_version_is_refused_in_one_line(path):
    Database(path).close()
    run_sql(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="newer version of portrait-style") as caught:
        Database(path)
    assert "\n" not in str(caught.value)
    assert run_sql(path, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_what_is_no_database_of_a_studio_is_refused(path, tmp_path):
    path.write_bytes(b"no database, but long enough to be taken for one" * 30)
    with pytest.raises(StorageError, match="cannot open"):
        Database(path)
    other = tmp_path / "other.sqlite3"
    run_sql(other, "CREATE TABLE customers (id INTEGER)")
    with pytest.raises(StorageError, match="none of a studio"):
        Database(other)
    assert run_sql(other, "SELECT name FROM sqlite_master") == [("customers",)]


def test_a_number_is_never_given_twice(path):
    database = Database(path)
    numbers = []
    for _ in range(2):
        with database.session() as session:
            project = Project(name="x")
            session.add(project)
            session.flush()
            numbers.append(project.id)
            session.delete(project)
    assert numbers == [1, 2]


def test_transactions_of_threads_and_of_other_openings_take_turns(path):
    databases = [Database(path), Database(path)]
    with databases[0].session() as session:
        session.add(Project(name="0"))
    failed = []

    def count_up(database):
        try:
            for _ in range(25):
                with database.session() as session:
                    project = session.get(Project, 1)
                    project.name = str(int(project.name) + 1)
        except sa.exc.SQLAlchemyError as error:
            failed.append(error)

    threads = [threading.Thread(target=count_up, args=(databases[i % 2],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with databases[0].reading() as session:
        assert session.get(Project, 1).name == "100"


def test_reading_goes_on_while_somebody_writes(path):
    database = Database(path, patience=100)
    with database.session() as session:
        session.add(Project(name="seen"))
        session.flush()
        with database.reading() as other:
            assert list(other.scalars(sa.select(Project))) == []
