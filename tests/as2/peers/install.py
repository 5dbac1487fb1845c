"""Install the independent peers that are asked for, each by its own package manager.

    python -m tests.as2.peers.install [openas2] [libas2] [pyas2lib]

Without names all of them. What cannot be installed here is named, and its tests are skipped.
OpenAS2 and pyas2lib are under the GPL: they run as processes of their own and are never imported.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.as2.peers.places import HERE, PEERS

PYAS2LIB = "pyas2lib==1.4.4"


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=cwd)


def openas2() -> None:
    """The jars of the last version that is on Maven Central, and those it needs."""
    target = PEERS / "openas2"
    _run(
        *("mvn", "-q", "-B", "-f", HERE / "openas2/pom.xml", "dependency:copy-dependencies"),
        *("-DincludeScope=runtime", f"-DoutputDirectory={target}"),
    )


def libas2() -> None:
    """The npm package with what it needs."""
    target = PEERS / "libas2"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "libas2/package.json", target)
    _run("npm", "install", "--no-audit", "--no-fund", "--silent", cwd=target)


def pyas2lib() -> None:
    """An environment of its own."""
    target = PEERS / "pyas2lib"
    _run(sys.executable, "-m", "venv", target)
    _run(target / "bin/pip", "install", "-q", "--disable-pip-version-check", PYAS2LIB)


INSTALLERS = {"openas2": openas2, "libas2": libas2, "pyas2lib": pyas2lib}


def main(names: Sequence[str]) -> int:
    """1 when one of them could not be installed."""
    failed = 0
    for name in names or INSTALLERS:
        try:
            INSTALLERS[name]()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name}: not installed: {error}", file=sys.stderr)
            failed = 1
        else:
            print(f"{name}: installed in {PEERS / name}")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
