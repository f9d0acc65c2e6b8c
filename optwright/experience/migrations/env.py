"""Run by Alembic: the connection is handed over by `optwright.experience.database`, in its transaction."""

from alembic import context

from optwright.experience.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
