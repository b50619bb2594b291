"""The approved patterns in the PostgreSQL of an application that uses them.

tables.py: the tables there. migrations/: how they came to be, for alembic. database.py: connecting, migrating, and the
state that `pls check` tells. changes.py: what a library makes of the rows there. writing.py: one publication, one
transaction. Off unless PLS_APPLICATION_DATABASE_URL is set.
"""
