"""The whole way with the client of OpenSSH: an order comes in, its answer is fetched."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.mailbox.conftest import Make
from tests.mailbox.wire import Sftp, served
from tests.pipeline.world import invoices, orders
from tests.sftp.sshd import require_openssh

DATA = orders()


@pytest.fixture(autouse=True)
def _openssh() -> None:
    require_openssh()


def test_an_order_and_its_answer(make: Make) -> None:
    world = make()
    with served(world) as port:
        sftp = Sftp(world.root / "client", port)
        (sftp.folder / "orders.edi").write_bytes(DATA)
        code, said = sftp("put orders.edi in/orders.edi.part", "rename in/orders.edi.part in/a.edi")
        assert code == 0, said
        world.run()
        assert len(world.orders()) == 1
        answer = world.row(kind="acknowledgement")
        assert answer.state == "mapped"
        code, said = sftp("cd out", "ls -1", "get *", "ls -1")
        assert (code, said.count("CONTRL_000000001.edi\n")) == (0, 1), said
        fetched = (sftp.folder / "CONTRL_000000001.edi").read_bytes()
        assert fetched == world.gateway.payload(answer)
        code, said = sftp("rm out/CONTRL_000000001.edi", "ls -1 archive", "ls -1 out")
        lines = [line for line in said.splitlines() if not line.startswith("sftp>")]
        assert (code, lines) == (0, ["archive/CONTRL_000000001.edi"])
    states = {row.kind: row.state for row in world.rows()}
    assert states == {
        "file": "split",
        "interchange": "acknowledged",
        "message": "acknowledged",
        "acknowledgement": "delivered",
    }
    done = [each.action for each in world.record() if not each.outcome]
    for action in ("login", "put", "wait", "rename", "take", "get", "fetched", "remove", "list"):
        assert action in done, done
    _is_told(world.root)


def _is_told(root: object) -> None:
    """``gateway channel log``."""
    log = ["-w", str(root), "channel", "log", "acme-retail", "main"]
    told = CliRunner().invoke(main, log)
    assert (told.exit_code, "/in/a.edi" in told.stdout) == (0, True), told.output
    told = CliRunner().invoke(main, [*log, "--json"])
    shown = {one["action"] for one in json.loads(told.stdout)}
    assert {"take", "fetched"} <= shown and not {"list", "end"} & shown
    told = CliRunner().invoke(main, [*log, "--all", "--json"])
    assert {"take", "list", "end"} <= {one["action"] for one in json.loads(told.stdout)}
    told = CliRunner().invoke(main, ["-w", str(root), "channel", "log", "--strangers"])
    assert told.output == "nothing is on record\n"
    assert CliRunner().invoke(main, ["-w", str(root), "channel", "log", "nobody"]).exit_code == 2
    assert CliRunner().invoke(main, ["-w", str(root), "channel", "log"]).exit_code == 2


def test_what_is_refused_is_read_by_the_partner(make: Make) -> None:
    world = make('receive: {match: "*.edi"}')
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    with served(world) as port:
        sftp = Sftp(world.root / "client", port)
        (sftp.folder / "x").write_bytes(DATA)
        refused = {
            "rm out/INVOIC_000000001.edi": "",
            "put x in/x.txt": "",
            "put x out/x.edi": "",
            "mkdir in/more": "",
        }
        for command in refused:
            code, said = sftp(command)
            assert code == 1, said
    told = [each.outcome for each in world.record() if each.outcome]
    for code in ("T420", "T419", "T424"):
        assert any(code in each for each in told), told
    assert world.session().names("out") == ["INVOIC_000000001.edi"]


def test_an_upload_that_was_cut_off_is_continued(make: Make) -> None:
    world = make()
    world.session().tear("orders.edi", DATA[:100])
    with served(world) as port:
        sftp = Sftp(world.root / "client", port)
        (sftp.folder / "orders.edi").write_bytes(DATA)
        code, said = sftp("reput orders.edi in/orders.edi")
        assert code == 0, said
    assert world.files_received() == [DATA]


def test_a_download_that_was_cut_off_is_continued(make: Make) -> None:
    world = make()
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    name = "INVOIC_000000001.edi"
    begun = world.session().get(f"/out/{name}", 0, 80, whole=False)
    with served(world) as port:
        sftp = Sftp(world.root / "client", port)
        (sftp.folder / name).write_bytes(begun)
        code, said = sftp(f"reget out/{name}")
        assert code == 0, said
        row = world.row(kind="interchange")
        assert (sftp.folder / name).read_bytes() == world.gateway.payload(row)
    assert world.row(kind="interchange").state == "delivered"
