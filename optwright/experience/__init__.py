"""The experience library: insights from earlier problems, versioned, searched within bounds, and rolled back at need.

Needs the extra `library` (SQLAlchemy and Alembic); PostgreSQL needs `postgres` as well.
"""
