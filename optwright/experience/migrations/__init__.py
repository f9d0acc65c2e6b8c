"""Alembic's migrations of the library."""
