"""What is special about an archive in an S3 store: its address, its failures, its versions."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.config import values
from gateway.store.archive import open_archive
from gateway.store.archive.bucket import BucketArchive
from tests.s3 import new_bucket

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.mark.parametrize("address", ["s3:///prefix", "s3://bucket/edi?endpont=http://x"])
def test_a_wrong_address_says_how_it_is_written(address: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        open_archive(address)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("s3://edi-archive", True),
        ("s3://edi-archive/live?endpoint=http://127.0.0.1:9000&region=eu-1", True),
        ("s3:///live", False),
        ("s3://edi-archive/live?endpont=http://127.0.0.1", False),
    ],
)
def test_the_settings_take_what_the_archive_takes(address: str, good: bool) -> None:
    check = TypeAdapter(values.Archive)
    if good:
        assert check.validate_python(address) == address
        return
    with pytest.raises(ValidationError, match="s3://bucket/prefix"):
        check.validate_python(address)


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsspec.filesystem", lambda *_args, **_rest: import_module("no_s3fs"))
    with pytest.raises(OSError, match="needs the extra s3"):
        open_archive("s3://edi-archive/live")


def test_the_endpoint_may_stand_in_the_environment(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _, query = bucket.partition("?")
    endpoint = query.split("&")[0].removeprefix("endpoint=")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    sha = open_archive(f"{address}?region=us-east-1").put_file(io.BytesIO(b"one")).sha
    assert open_archive(bucket).intact(sha)


def test_a_store_that_is_away_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    archive = BucketArchive("s3://nowhere/edi?endpoint=http://127.0.0.1:9&region=us-east-1")
    archive._fs.retries = 1
    with pytest.raises(OSError, match=r"store of the archive|connect"):
        archive.put_file(io.BytesIO(b"one"))


def test_a_bucket_that_is_not_there_refuses(bucket: str) -> None:
    archive = open_archive(bucket.replace("s3://archive-", "s3://no-"))
    with pytest.raises(OSError):
        archive.put_file(io.BytesIO(b"one"))
    assert list(archive.held()) == []


def test_a_store_that_keeps_other_bytes_is_not_believed(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = BucketArchive(bucket)
    monkeypatch.setattr(
        BucketArchive, "_send", lambda self, _spool, key, _size: self._fs.pipe_file(key, b"two")
    )
    with pytest.raises(OSError, match="does not have what was sent"):
        archive.put_file(io.BytesIO(b"one"))


def test_large_payloads_are_sent_in_parts(bucket: str) -> None:
    data = bytes(range(256)) * 80_000
    archive = open_archive(bucket)
    sha = archive.put_file(io.BytesIO(data)).sha
    assert archive.slice(sha, 9_000_000, 1000) == data[9_000_000:9_001_000]
    assert archive.intact(sha)


def test_a_version_is_removed_for_good(s3_endpoint: str) -> None:
    archive = BucketArchive(new_bucket(s3_endpoint, versions=True))
    sha = archive.put_file(io.BytesIO(b"one")).sha
    assert archive.remove([sha], TOMORROW) == {sha}
    assert not archive.holds(sha)
    left = archive._fs.call_s3("list_object_versions", Bucket=archive._bucket)
    assert not left.get("Versions")
    assert not left.get("DeleteMarkers")
