"""`gateway channel list`, `test` and `look`, against a real OpenSSH server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result

from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.servers import servers_for
from tests.pipeline.world import ACME, World, invoices
from tests.remote.shop import FOLDER
from tests.sftp.sshd import KEYS, Sshd, sshd
from tests.tables import make_tables

Run = Callable[..., Result]


@dataclass
class Site:
    """A workspace, and the partner's server with its folders in and out."""

    root: Path
    server: Sshd

    def write(self, *, host_key: str = "host", folder: str = "in") -> None:
        key = " ".join((KEYS / f"{host_key}.pub").read_text().split()[:2])
        channel = f"""\
    kind: sftp
    sftp:
      host: 127.0.0.1
      port: {self.server.port}
      host_keys: ["{key}"]
      login: {{user: {self.server.user}, keys: [{{key: "${{file:{KEYS}/user.key}}"}}]}}
      receive: {{folder: out, match: "*.edi", ready: {{stable_for: 0s}}}}
      send: {{folder: {folder}, name: "{{message}}_{{control}}.edi"}}
"""
        files = {"partners/acme-retail/partner.yaml": ACME.replace(FOLDER, channel)}
        self.world = World(self.root, files)
        self.world.gateway.close()
        make_tables(self.world.workspace.database)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "server"
    for name in ("in", "out"):
        (folder / name).mkdir(parents=True)
    with sshd(folder) as server:
        made = Site(tmp_path / "shop", server)
        made.write()
        yield made


def test_a_channel_that_works(site: Site, run: Run) -> None:
    result = run("-w", site.root, "channel", "test", "acme-retail", "main")
    assert result.exit_code == 0, result.output
    titles = [line[2:].partition("  ")[0].strip() for line in result.stdout.splitlines()[1:-2]]
    connecting = ["Settings", "DNS", "TCP", "Host key", "Login", "SFTP"]
    assert titles == [*connecting, "List", "List", "Write", "Size", "Rename", "Read back", "Delete"]
    assert "  works" in result.stdout
    assert list((site.server.folder / "in").iterdir()) == []


def test_a_server_that_is_another_one(site: Site, run: Run) -> None:
    site.write(host_key="stranger")
    result = run("-w", site.root, "channel", "test", "acme-retail")
    assert result.exit_code == 1
    assert "  Host key   failed" in result.stdout
    assert "  does not work" in result.stdout
    assert "Login" not in result.stdout


def test_a_folder_that_is_missing(site: Site, run: Run) -> None:
    site.write(folder="nowhere")
    found = json.loads(run("-w", site.root, "channel", "test", "acme-retail", "--json").stdout)
    (channel,) = found["channels"]
    assert (found["works"], channel["steps"][-1]["step"]) == (False, "list")
    assert channel["steps"][-1]["problem"].startswith("T3")


def test_nothing_is_written_where_that_is_not_wanted(site: Site, run: Run) -> None:
    result = run("-w", site.root, "channel", "test", "acme-retail", "--no-write")
    assert (result.exit_code, "not tried, as asked" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("test", "nobody"), "there is no partner nobody; there are acme-retail, northwind"),
        (("test", "acme-retail", "x"), "acme-retail has no channel x; there is main"),
    ],
)
def test_what_is_not_there_is_told(
    site: Site, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    result = run("-w", site.root, "channel", *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_why_a_file_is_taken_or_not(site: Site, run: Run) -> None:
    out = site.server.folder / "out"
    (out / "whole.edi").write_bytes(b"UNA:+.? 'UNB+UNOC:3'UNZ+0+1'")
    (out / "half.edi").write_bytes(b"UNA:+.? 'UNB+UNOC:3'")
    (out / "readme.txt").write_text("hello")
    result = run("-w", site.root, "channel", "look", "acme-retail")
    assert result.exit_code == 0
    lines = {line.partition(" ")[0]: line for line in result.stdout.splitlines()}
    assert "left alone" in lines["readme.txt"]
    assert "its name does not fit match: *.edi" in lines["readme.txt"]
    assert "waits" in lines["half.edi"]
    assert "taken" in lines["whole.edi"]
    assert lines["3"] == "3 entries: 1 taken, 1 waits, 1 left alone"
    found = run("-w", site.root, "channel", "look", "acme-retail", "--file", "half*", "--json")
    (file,) = json.loads(found.stdout)["files"]
    assert (file["name"], file["verdict"], file["rule"]) == ("half.edi", "wait", "complete")


def test_a_folder_is_looked_into_alike(site: Site, run: Run) -> None:
    folder = site.root / "northwind/in"
    folder.mkdir(parents=True)
    for name in ("a.x12", "b.tmp"):
        (folder / name).write_bytes(b"ISA")
    found = json.loads(run("-w", site.root, "channel", "look", "northwind", "--json").stdout)
    told = {file["name"]: (file["verdict"], file["rule"]) for file in found["files"]}
    assert told["a.x12"][0] in ("take", "wait")
    assert told["b.tmp"] == ("ignore", "temporary name")


def test_a_server_that_cannot_be_looked_into(site: Site, run: Run) -> None:
    site.write(host_key="stranger")
    result = run("-w", site.root, "channel", "look", "acme-retail")
    assert (result.exit_code, result.stdout[:2]) == (1, "T3")
    found = run("-w", site.root, "channel", "look", "acme-retail", "--json")
    assert json.loads(found.stdout)["problem"]["code"].startswith("T3")


def test_the_list_says_how_channels_fare(site: Site, run: Run) -> None:
    rows = json.loads(run("-w", site.root, "channel", "list", "--json").stdout)
    acme, northwind = rows
    assert (acme["kind"], acme["address"]) == ("sftp", f"127.0.0.1:{site.server.port}")
    assert (acme["receives"], acme["sends"], acme["left"]) == (True, True, None)
    assert acme["next_look"] is not None
    assert (northwind["kind"], northwind["address"]) == ("folder", "northwind/in, northwind/out")
    site.world.gateway = site.world.open()
    site.world.erp("a.csv", invoices(["I1"]))
    site.world.run()
    site.world.gateway.close()
    loop().run(servers_for(site.world.workspace).close())
    assert [path.name for path in (site.server.folder / "in").iterdir()] == ["INVOIC_000000001.edi"]
    result = run("-w", site.root, "channel", "list", "--partner", "acme-retail")
    assert "2026-03-02 09:14" in result.stdout
    assert "northwind" not in result.stdout
