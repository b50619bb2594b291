"""Migrations of the application's tables, for alembic; database.py calls them.

Here: env.py, which alembic loads, and one module a step in versions/. A step that was released is never changed.
"""
