"""Versions of the database, and what leads from one to the next."""
