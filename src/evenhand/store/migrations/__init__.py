"""Alembic's migrations, as package data: ``open_database`` brings every database up to the newest."""
