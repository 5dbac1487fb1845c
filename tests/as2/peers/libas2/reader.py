"""libas2 (npm) in a Node process of its own: decrypts and verifies what we made."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from base64 import b64decode
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.as2.credentials import KEYS
from tests.as2.peers.openssl import RefusedByPeerError
from tests.as2.peers.places import libas2_modules

REVERT = "--security-revert=CVE-2023-46809"
"""Node refuses RSA PKCS#1 v1.5 decryption since 2024 without it."""


class LibAS2:
    """``with LibAS2() as peer: peer.read(entity, key="acme", signer="ours")``."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LibAS2:
        modules = libas2_modules()
        assert modules is not None, "libas2 is not installed: make interop"
        self._process = subprocess.Popen(
            ["node", REVERT, str(Path(__file__).with_name("reader.js"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LIBAS2": str(modules)},
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()

    def read(self, entity: bytes, *, key: str | None = None, signer: str | None = None) -> bytes:
        """The payload of a whole MIME entity, once it was decrypted and verified."""
        return b64decode(self._ask(entity, key, signer, mdn=False)["content"])

    def mdn(self, entity: bytes, *, signer: str | None = None) -> dict[str, Any]:
        """The fields of a receipt."""
        notification: dict[str, Any] = self._ask(entity, None, signer, mdn=True)["notification"]
        return notification

    def _ask(self, entity: bytes, key: str | None, signer: str | None, *, mdn: bool) -> Any:
        place = Path(self._folder.name) / "entity"
        place.write_bytes(entity)
        question: dict[str, Any] = {"entity": str(place), "mdn": mdn}
        if key is not None:
            question |= {"key": str(KEYS / f"{key}.key"), "cert": str(KEYS / f"{key}.pem")}
        if signer is not None:
            question["signer"] = str(KEYS / f"{signer}.pem")
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(question).encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
        while line and not line.startswith(b"{"):
            line = process.stdout.readline()  # Node says on stdout, too, what was reverted
        answer = json.loads(line or b'{"error": "node ended"}')
        if "error" in answer:
            raise RefusedByPeerError(answer["error"])
        return answer
