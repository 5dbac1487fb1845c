"""The S3 store of the archive's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.s3 import new_bucket, serving


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with serving() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(s3_endpoint: str) -> str:
    """The address of an archive in a bucket of its own."""
    return new_bucket(s3_endpoint)
