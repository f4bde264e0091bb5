"""Alembic's entry: migrates the connection that `store.migrate` hands over."""

from alembic import context

from data_access.store.schema import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run when the store is opened; see docs/development.md to write a new one.")
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
