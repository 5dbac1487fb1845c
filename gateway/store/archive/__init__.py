"""The archive: what came in, byte for byte, under its SHA-256.

In a folder (which may be shared by many machines) or in an S3-compatible store. What the gateway
*produces* lives in the ``content`` table, in the same transaction as the row that names it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.store.archive.folder import FolderArchive
from gateway.store.archive.payload import Archive, Held, Stored

__all__ = ["Archive", "FolderArchive", "Held", "Stored", "open_archive"]


def open_archive(address: str | Path, checkpoint: Callable[[str], None] | None = None) -> Archive:
    """The archive at a path, or at ``s3://bucket/prefix``.

    ``checkpoint`` is called with a name around every durable effect (fault tests). Raises
    ``OSError`` when S3 is asked for and the extra ``s3`` is not installed.
    """
    text = str(address)
    if text.startswith("s3://"):
        from gateway.store.archive.bucket import BucketArchive  # noqa: PLC0415 (slow to load)

        return BucketArchive(text, checkpoint)
    return FolderArchive(Path(text), checkpoint)
