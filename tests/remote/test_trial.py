"""`gateway channel test` says step by step what works, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.channels.folder import temporary
from gateway.channels.remote.directory import Told
from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.pipeline.remote import kinds
from gateway.pipeline.remote.trial import trial
from gateway.pipeline.remote.trial.terms import CONTENT
from tests.pipeline.world import Clock, make
from tests.remote.memory import MemoryDir, MemoryServer
from tests.remote.memory import error as remote_error
from tests.remote.shop import settings

GOLDEN = Path(__file__).parent / "trials"
FILE = "gateway-test-1a2b.txt"
CONNECTING = 6
"""Steps until the server shows its folders."""
RECEIVE = "\n      receive: {folder: /out, match: '*.edi', after: move, move_to: /done}"


class Trial:
    """A partner's server in memory, and what the test of it tells."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.server = MemoryServer()
        for folder in ("/in", "/out", "/done"):
            self.server.folder(folder)
        self.fails: tuple[str, str] | None = None
        patch.setitem(kinds.OPENERS, "sftp", self._connect)

    async def _connect(
        self, _workspace: Workspace, _partner: str, _name: str, _channel: Channel, told: Told
    ) -> MemoryDir:
        steps = {
            "dns": "sftp.acme-retail.example is 192.0.2.7",
            "tcp": "connected to 192.0.2.7, port 22",
            "host key": "ssh-ed25519 SHA256:tAkm…, as pinned",
            "login": "us is let in with a password",
            "sftp": "version 3",
        }
        for step, text in steps.items():
            if self.fails is not None and self.fails[0] == step:
                raise remote_error(self.fails[1], "as scripted")  # type: ignore[arg-type]
            told(step, text)
        return self.server.connect()

    def steps(self, more: str = "", *, receive: bool = True, write: bool = True) -> str:
        """What is told, a line for each step; of connecting only where that fails."""
        files = settings(more)
        name = "partners/acme-retail/partner.yaml"
        if receive:
            files[name] = files[name].replace("\n      send:", f"{RECEIVE}\n      send:")
        workspace = make(self.root, files)
        tried = trial(workspace, "acme-retail", "main", token="1a2b", clock=Clock(), write=write)
        lines = [
            f"{step.name}: {step.text}\n"
            + (f"  {step.found.code} = {step.remedy}\n" if step.found else "")
            for step in tried
        ]
        return "".join(lines if self.fails else lines[CONNECTING:])


@pytest.fixture
def tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    return Trial(tmp_path, monkeypatch)


Case = Callable[[Trial], str]


def _gone_under(name: str) -> Case:
    def case(tested: Trial) -> str:
        tested.server.before("stat", f"/in/{name}", tested.server.files.clear)
        return tested.steps()

    return case


def _changed(tested: Trial) -> str:
    changed = CONTENT.replace(b"\r\n", b" \n")
    tested.server.before("read", "*", lambda: tested.server.put(f"/in/{FILE}", changed))
    return tested.steps()


def _failing(operation: str, trouble: str) -> Case:
    def case(tested: Trial) -> str:
        tested.server.fail(operation, "*", trouble)  # type: ignore[arg-type]
        return tested.steps(receive=False)

    return case


def _connecting(step: str, trouble: str) -> Case:
    def case(tested: Trial) -> str:
        tested.fails = (step, trouble)
        return tested.steps()

    return case


def _works(tested: Trial) -> str:
    for number in range(3):
        tested.server.put(f"/out/{number}.edi", b"UNB")
    tested.server.put("/out/readme.txt", b"hello")
    return tested.steps()


def _no_folder(tested: Trial) -> str:
    tested.server.folders.discard("/done")
    return tested.steps()


CASES: dict[str, Case] = {
    "works": _works,
    "without-writing": lambda tested: tested.steps(write=False),
    "without-temporary-name": lambda tested: tested.steps(", temporary: none", receive=False),
    "settings": _connecting("dns", "settings"),
    "dns": _connecting("dns", "dns"),
    "tcp": _connecting("tcp", "reach"),
    "host-key": _connecting("host key", "identity"),
    "login": _connecting("login", "login"),
    "sftp": _connecting("sftp", "lost"),
    "no-folder-to-move-to": _no_folder,
    "write-denied": _failing("write", "denied"),
    "rename-refused": _failing("rename", "refused"),
    "delete-denied": _failing("remove", "denied"),
    "read-denied": _failing("read", "denied"),
    "list-denied": _failing("scan", "denied"),
    "list-missing": _failing("scan", "missing"),
    "taken-under-its-temporary-name": _gone_under(".gateway-test-1a2b.txt.tmp"),
    "changed": _changed,
}


@pytest.mark.parametrize("name", CASES)
def test_each_step_in_words(name: str, tested: Trial) -> None:
    told = CASES[name](tested)
    golden = GOLDEN / f"{name}.txt"
    assert told == golden.read_text("utf-8")
    left = [path for path in tested.server.files if "gateway-test" in path]
    assert left == ([f"/in/{FILE}"] if name == "delete-denied" else [])


def test_every_golden_text_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def test_another_size_is_told(tested: Trial) -> None:
    tested.server.lies["/in/.gateway-test-1a2b.txt.tmp"] = 7
    told = tested.steps(receive=False)
    assert "size: .gateway-test-1a2b.txt.tmp has 7 bytes on the server" in told
    assert tested.server.names("/in") == []


def test_somebody_may_take_the_test_file(tested: Trial) -> None:
    tested.server.before("read", "*", tested.server.files.clear)
    told = tested.steps(receive=False)
    assert told.count(f"{FILE} was taken by somebody meanwhile") == 2


# ---- folders


def of_folder(root: Path, *, write: bool = True) -> list[tuple[str, str, str]]:
    workspace = make(root)
    steps = trial(workspace, "acme-retail", "main", token="1a2b", clock=Clock(), write=write)
    return [
        (step.name, step.text.replace(f"{root}/", ""), step.found.code if step.found else "")
        for step in steps
    ]


def test_a_folder_is_tried_like_a_server(tmp_path: Path) -> None:
    (tmp_path / "acme/in").mkdir(parents=True)
    assert of_folder(tmp_path) == [
        ("settings", "folder: acme/in, acme/out", ""),
        ("list", "acme/in: 0 entries", ""),
        ("list", "acme/out is not there yet; it is made when it is needed", ""),
        ("write", f"{len(CONTENT)} bytes as {temporary('1a2b')}", ""),
        ("size", f"{len(CONTENT)} bytes there", ""),
        ("rename", "to gateway-test-1a2b.txt", ""),
        ("read", "the same bytes", ""),
        ("delete", "gateway-test-1a2b.txt is gone again", ""),
    ]
    assert list((tmp_path / "acme/out").iterdir()) == []


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/out").write_text("oops")
    found = of_folder(tmp_path)
    assert found[-1][::2] == ("list", "T361")


def test_nothing_is_written_where_that_is_not_wanted(tmp_path: Path) -> None:
    (tmp_path / "acme/out").mkdir(parents=True)
    assert of_folder(tmp_path, write=False)[-1] == ("write", "not tried, as asked", "")
