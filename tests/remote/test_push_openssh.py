"""Files for a real OpenSSH server, whose connection is cut at any place: none lost, doubled, cut.

``GATEWAY_CUTS`` is how many places of each way are tried (default 3).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.servers import servers_for
from tests.pipeline.world import ACME, World, invoices
from tests.remote.proxy import proxy
from tests.remote.shop import FOLDER
from tests.sftp.sshd import KEYS, Sshd, sshd

CUTS = int(os.environ.get("GATEWAY_CUTS", "3"))
FILES = 4
NAMES = [f"INVOIC_{number:09}.edi" for number in range(1, FILES + 1)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("server")) as running:
        yield running


class Site:
    """A workspace that sends to the server through a proxy, into a folder of its own."""

    def __init__(self, root: Path, server: Sshd, port: int, name: str) -> None:
        self.folder = server.folder / name
        self.folder.mkdir()
        key = " ".join((KEYS / "host.pub").read_text().split()[:2])
        channel = f"""\
    kind: sftp
    sftp:
      host: 127.0.0.1
      port: {port}
      host_keys: ["{key}"]
      login: {{user: {server.user}, keys: [{{key: "${{file:{KEYS}/user.key}}"}}]}}
      timeout: 5s
      send: {{folder: {name}, name: "{{message}}_{{control}}.edi"}}
"""
        partner = ACME.replace(FOLDER, channel)
        lines = [line for line in partner.splitlines() if "direction: inbound" not in line]
        self.world = World(root, {"partners/acme-retail/partner.yaml": "\n".join(lines)})
        self.taken: dict[str, list[bytes]] = {}
        for number in range(FILES):
            self.world.erp(f"{number}.csv", invoices([f"I{number}"]))

    def run(self) -> None:
        self.world.run()

    def later(self) -> None:
        """The pause of the delivery is over, and that of the server."""
        self.world.clock.forward(seconds=120)
        servers_for(self.world.workspace).try_at_once("acme-retail", "main")
        self.world.run()

    def fetch(self) -> None:
        """The partner takes what he sees."""
        for path in sorted(self.folder.iterdir()):
            if not path.name.startswith("."):
                self.taken.setdefault(path.name, []).append(path.read_bytes())
                path.unlink()

    def close(self) -> None:
        self.world.gateway.close()
        loop().run(servers_for(self.world.workspace).close())


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_cut_anywhere(way: str, server: Sshd, tmp_path: Path) -> None:
    with proxy(server.port) as undisturbed:
        site = Site(tmp_path / "all", server, undisturbed.port, f"{way}-all")
        site.run()
        site.close()
        total = getattr(undisturbed, way)
    assert sorted(path.name for path in site.folder.iterdir()) == NAMES
    for number in range(CUTS):
        cut: dict[str, Any] = {f"cut_{way}": total * (2 * number + 1) // (2 * CUTS)}
        with proxy(server.port, **cut) as cutting:
            site = Site(tmp_path / str(number), server, cutting.port, f"{way}-{number}")
            site.run()
            site.fetch()
            for _ in range(2):
                site.later()
            site.fetch()
            site.close()
        taken = {name: len(each) for name, each in site.taken.items()}
        assert taken == dict.fromkeys(NAMES, 1), cut
        assert all(data.endswith(b"'") for (data,) in site.taken.values()), cut
        assert list(site.folder.iterdir()) == [], cut
