"""Where the independent peers are: outside of what is versioned, and absent unless installed.

``make interop`` installs them into ``var/peers``. OPENAS2_LIB names a folder of jars of one's own
OpenAS2 instead (the ``lib`` of its release).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

WHY_NOT = "runs in `make interop`, with the peer installed"
"""For tests that are left out: a Java and a Node are too slow for every run of the suite."""
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PEERS = ROOT / "var/peers"


def openas2_jars() -> Path | None:
    """The folder with the jars of OpenAS2, where there is one and a Java to run them."""
    folder = Path(os.environ.get("OPENAS2_LIB") or PEERS / "openas2")
    found = shutil.which("java") and any(folder.glob("openas2-server-*.jar"))
    return folder if found else None


def libas2_modules() -> Path | None:
    """The ``node_modules`` that libas2 is in."""
    folder = PEERS / "libas2/node_modules"
    return folder if shutil.which("node") and (folder / "libas2").is_dir() else None


def pyas2lib_python() -> Path | None:
    """The Python of the environment that pyas2lib is in: a process of its own, never imported."""
    python = PEERS / "pyas2lib/bin/python"
    return python if python.exists() else None


def left_out(installed: Path | None) -> bool:
    """Whether a test of this peer is skipped."""
    return installed is None or not os.environ.get("INTEROP")


def openssl() -> str | None:
    """The command line of OpenSSL."""
    return shutil.which("openssl")
