"""What Alembic runs around migrations: they happen in the transaction that it was given."""

from alembic import context

from portrait_style.studio.storage.tables import Table

# The name under which Alembic runs this file.
if __name__ == "env_py":
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Table.metadata,
        render_as_batch=True,
    )
    context.run_migrations()
