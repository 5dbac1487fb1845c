"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os

from tests.memory import folder_in_memory
from tests.postgres import _postgres_server, postgres, postgres_ready, postgres_url

__all__ = ["_postgres_server", "postgres", "postgres_ready", "postgres_url"]

# A test process holds hundreds of thousands of objects for good (grammars, compiled tests); looking
# through them after each 700 new ones is a quarter of its time.
gc.set_threshold(50_000, 20, 100)

_memory = folder_in_memory()
if _memory is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_memory))  # what `tmp_path` lies in
