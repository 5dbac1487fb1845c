"""Databases that have the tables of today already, for tests that are not about making them.

They are made once, by the gateway itself, and copied.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from gateway.store import Store
from tests.statements import share_statements


@cache
def _sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gateway.db"
        Store.open(f"sqlite:///{path}", Path(folder) / "archive").close()
        return path.read_bytes()


def make_tables(url: str) -> str:
    """Put the tables where a new SQLite database of this address will be; the address again.

    What is there already is left alone, and so is PostgreSQL (the fixture ``postgres_ready``).
    """
    share_statements()
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        path = Path(parsed.database)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_sqlite())
    return url
