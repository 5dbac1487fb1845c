"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.memory import folder_in_memory
from tests.postgres import _postgres_server, postgres, postgres_ready, postgres_url

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling

__all__ = ["_postgres_server", "postgres", "postgres_ready", "postgres_url"]

# A test process holds hundreds of thousands of objects for good (grammars, compiled tests); looking
# through them after each 700 new ones is a quarter of its time.
gc.set_threshold(50_000, 20, 100)

# The gateway is started as a program again and again: where the environment forbids to keep the
# bytecode, each of them would translate all modules anew, which takes longer than what it is asked.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes says how busy the machine is, and nothing about what is tested. The same
# commit is judged by the same examples; `make soak` looks for new ones.
settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="GATEWAY_EXPLORE" not in os.environ,
)
settings.load_profile("suite")

_memory = folder_in_memory()
if _memory is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_memory))  # what `tmp_path` lies in


def pytest_collection_finish() -> None:
    """What was collected stays until the end: nobody needs to look through it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Each process takes a half of the tests as they stand, not small pieces of everything.

    So one of two needs the servers, grammars and modules of a folder, not both; who is done early
    takes over some of what the other still has.
    """
    from xdist.scheduler import WorkStealingScheduling  # noqa: PLC0415 (it need not be there)

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None
