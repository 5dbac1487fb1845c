"""Fixtures for all tests."""

from tests.postgres import _postgres_server, postgres, postgres_url

__all__ = ["_postgres_server", "postgres", "postgres_url"]
