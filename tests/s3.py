"""A real S3 API on a random port of the loopback, for whole sessions of tests."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@contextmanager
def serving() -> Iterator[str]:
    """The endpoint of a server that lives as long as the block."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 (slow to load)

    with warnings.catch_warnings():
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(endpoint: str, *, versions: bool = False) -> str:
    """A bucket of its own: the address of an archive in it."""
    import boto3  # noqa: PLC0415 (slow to load)

    os.environ.update(KEYS)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    name = f"archive-{uuid4().hex}"
    client.create_bucket(Bucket=name)
    if versions:
        status = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration=status)
    client.close()
    return f"s3://{name}/edi?endpoint={endpoint}&region=us-east-1"
