"""SQL that is made once in a test process, not once for each of its thousands of databases.

SQLAlchemy keeps the SQL of a statement with the engine that it was made for. A gateway has one
engine; a test process has one for every gateway that it opens, and making SQL would be a fifth of
what a small test does. The engines here differ in their address only, so they share what they know.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, event


class _Shared(dict[Any, Any]):
    """Kept by the kind of the database where SQLAlchemy says the one dialect of an engine."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(self._shared(key), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(self._shared(key), value)

    @staticmethod
    def _shared(key: tuple[Any, ...]) -> tuple[Any, ...]:
        dialect, *statement = key
        return (dialect.name, dialect.driver, *statement)


@cache
def share_statements() -> None:
    """From now on, in this process."""
    shared = _Shared()

    def connected(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)

    event.listen(Engine, "engine_connect", connected)
