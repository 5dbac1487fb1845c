"""The archive in an S3-compatible store: ``s3://bucket/prefix``.

The endpoint stands in the address (``?endpoint=https://…&region=…``) or in ``AWS_ENDPOINT_URL_S3``
or ``AWS_ENDPOINT_URL``; keys come from where every S3 tool takes them. A payload is hashed on its
way to a temporary file first, sent, and counts only when the store says that it has exactly these
bytes. It is sent even when the store has it: then its date tells that it is wanted.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

from gateway.store.archive.folder import FolderArchive
from gateway.store.archive.payload import CHUNK, Held, Readable, Stored, checked

IN_MEMORY = 8 << 20
"""Bytes up to which a payload is spooled in memory and sent in one request."""
BLOCK = 8 << 20
"""Bytes of one part of a large payload, sent or read."""
_TELL = 100
_SETTINGS = ("endpoint", "region")


class BucketArchive:
    """Payloads as objects ``prefix/ab/abcd…``."""

    def __init__(self, address: str, checkpoint: Callable[[str], None] | None = None) -> None:
        self._bucket, self._root, settings = _parsed(address)
        self._fs = _file_system(settings)
        self._checkpoint = checkpoint or _nothing

    def put_file(self, source: Readable) -> Stored:
        """Copy a stream into the store; see :class:`~gateway.store.archive.payload.Archive`."""
        digest, check, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
            while piece := source.read(CHUNK):
                digest.update(piece)
                check.update(piece)
                size += len(piece)
                spool.write(piece)
            self._checkpoint("archive half")
            sha = digest.hexdigest()
            spool.seek(0)
            with _told(sha):
                self._send(spool, self._key(sha), size)
        self._checkpoint("archive written")
        self._verify(sha, size, check.hexdigest())
        self._checkpoint("archive named")
        return Stored(sha, size)

    def holds(self, sha: str) -> bool:
        """Whether the store has a payload."""
        return self.size(sha) is not None

    def size(self, sha: str) -> int | None:
        """Bytes of a payload."""
        found = self._info(sha)
        return None if found is None else int(found["size"])

    def chunks(self, sha: str, size: int = CHUNK) -> Iterator[bytes]:
        """The payload, piece by piece, by range requests."""
        total = self.size(sha)
        if total is None:
            raise _missing(sha)
        block = max(size, BLOCK)
        for start in range(0, total, block):
            data = memoryview(self.slice(sha, start, block))
            yield from (bytes(data[at : at + size]) for at in range(0, len(data), size))

    def slice(self, sha: str, offset: int, size: int) -> bytes:
        """A part of a payload, by one range request."""
        if size <= 0:
            return b""
        try:
            with _told(sha):
                got: bytes = self._fs.cat_file(self._key(sha), start=offset, end=offset + size)
        except FileNotFoundError:
            raise
        except OSError:
            if offset >= (self.size(sha) or 0):  # a store refuses what begins behind the end
                return b""
            raise
        return got

    def intact(self, sha: str) -> bool:
        """Whether the bytes in the store still have their hash."""
        digest = hashlib.sha256()
        try:
            for piece in self.chunks(sha):
                digest.update(piece)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha

    def held(self, prefix: str = "") -> Iterator[Held]:
        """Everything that is there, folder by folder."""
        folders = [each["name"] for each in self._list(self._root)] if not prefix else []
        for folder in folders or [f"{self._root}/{prefix}"]:
            for each in self._list(folder):
                sha = each["name"].rpartition("/")[2]
                if len(sha) == 64:
                    yield Held(sha, int(each["size"]), _date(each))

    def remove(self, shas: Collection[str], before: datetime) -> set[str]:
        """Remove payloads that came last before an instant.

        In a bucket with versions exactly the version that was looked at goes, for good.
        """
        gone = set()
        for sha in shas:
            found = self._info(sha)
            if found is not None and _date(found) >= before:
                continue
            if found is not None:
                version = found.get("VersionId")
                exact = {"VersionId": version} if version not in (None, "null") else {}
                key = self._key(sha).removeprefix(f"{self._bucket}/")
                with _told(sha):
                    self._fs.call_s3("delete_object", Bucket=self._bucket, Key=key, **exact)
            gone.add(sha)
        return gone

    def copy_to(
        self,
        shas: Iterable[str],
        target: Path,
        tell: Callable[[int], None] | None = None,
        *,
        link: bool = True,
    ) -> set[str]:
        """Fetch payloads into a folder archive."""
        folder, missing = FolderArchive(target), set[str]()
        for number, sha in enumerate(shas, 1):
            try:
                folder.put_file(_Stream(self.chunks(sha)))
            except FileNotFoundError:
                missing.add(sha)
            if tell is not None and number % _TELL == 0:
                tell(number)
        return missing

    def sweep(self, before: datetime | None = None) -> int:
        """Nothing: a payload is in the store as a whole, or not at all."""
        return 0

    def _key(self, sha: str) -> str:
        return f"{self._root}/{checked(sha)[:2]}/{sha}"

    def _list(self, folder: str) -> list[dict[str, Any]]:
        with _told(folder):
            try:
                found: list[dict[str, Any]] = self._fs.ls(folder, detail=True, refresh=True)
            except FileNotFoundError:
                return []
        return found

    def _info(self, sha: str) -> dict[str, Any] | None:
        with _told(sha):
            try:
                found: dict[str, Any] = self._fs.info(self._key(sha), refresh=True)
            except FileNotFoundError:
                return None
        return found if found["type"] == "file" else None

    def _send(self, spool: IO[bytes], key: str, size: int) -> None:
        if size <= IN_MEMORY:
            self._fs.pipe_file(key, spool.read())
            return
        with self._fs.open(key, "wb", block_size=BLOCK) as target:
            while piece := spool.read(BLOCK):
                target.write(piece)

    def _verify(self, sha: str, size: int, check: str) -> None:
        """The store has these bytes: by its ETag where that is their MD5, else by reading them."""
        found = self._info(sha)
        same = found is not None and found["size"] == size
        etag = "" if found is None else str(found.get("ETag", "")).strip('"')
        if not same or (etag != check and not self.intact(sha)):
            raise OSError(errno.EIO, "the store does not have what was sent", sha)


class _Stream:
    """Pieces, as something to be read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int = -1, /) -> bytes:
        """The next piece."""
        return next(self._pieces, b"")


def _parsed(address: str) -> tuple[str, str, dict[str, str]]:
    """Bucket, bucket and prefix, settings. Raises ``ValueError``."""
    parts = urlsplit(address)
    settings = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = [name for name in settings if name not in _SETTINGS]
    if not parts.netloc or unknown:
        raise ValueError(
            "an archive in S3 is written s3://bucket/prefix, with ?endpoint= and &region= if needed"
        )
    root = f"{parts.netloc}/{parts.path.strip('/')}".rstrip("/")
    return parts.netloc, root, settings


def _file_system(settings: dict[str, str]) -> Any:
    import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415 (slow to load)

    environment = (os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    endpoint = settings.get("endpoint") or next(filter(None, environment), None)
    region = settings.get("region")
    try:
        return fsspec.filesystem(
            "s3",
            endpoint_url=endpoint,
            client_kwargs={"region_name": region} if region else {},
            config_kwargs={
                "connect_timeout": 10,
                "read_timeout": 60,
                "retries": {"max_attempts": 1},  # s3fs repeats by itself
                # other makers' stores have no host name for each bucket
                "s3": {"addressing_style": "path"} if endpoint else {},
            },
            use_listings_cache=False,
            skip_instance_cache=True,
        )
    except ImportError as failure:
        reason = f"an archive in S3 needs the extra s3 of edi-gateway ({failure})"
        raise OSError(errno.ENOPKG, reason) from failure


@contextmanager
def _told(what: str) -> Iterator[None]:
    """What the client raises, as ``OSError``: everybody who archives waits for that."""
    from aiohttp import ClientError as HttpError  # noqa: PLC0415 (comes with s3fs)
    from botocore.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415
        BotoCoreError,
        ClientError,
    )

    try:
        yield
    except (BotoCoreError, ClientError, HttpError) as failure:
        raise OSError(errno.EIO, f"the store of the archive failed: {failure}", what) from failure


def _date(found: dict[str, Any]) -> datetime:
    date = found["LastModified"]
    assert isinstance(date, datetime)
    return date.astimezone(UTC)


def _missing(sha: str) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, "the archive has no such payload", sha)


def _nothing(_name: str) -> None:
    return None
