"""What alembic loads before it runs a step: the connection and the schema that database.py gives it.

Here: nothing that reads a file of settings or opens a connection. alembic runs this module each time.
"""

from alembic import context

from pls_pipeline.publishing.application.database import MIGRATIONS_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=MIGRATIONS_TABLE,
    version_table_schema=context.config.attributes["schema"],
)
context.run_migrations()
