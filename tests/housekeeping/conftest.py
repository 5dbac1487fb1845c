"""A workspace at work, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.world import GATEWAY, World
from tests.s3 import new_bucket, serving


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    files = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_ready")
        files["gateway.yaml"] = f"{GATEWAY}database: {url}\n"
    made = World(tmp_path / "work", files)
    yield made
    made.gateway.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    """The same on SQLite only."""
    made = World(tmp_path / "work")
    yield made
    made.gateway.close()


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with serving() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(s3_endpoint: str) -> str:
    """The address of an archive in a bucket of its own."""
    return new_bucket(s3_endpoint)
