"""Our client at a partner's server: an order is taken, its answer and an invoice are sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sftp.faults.world import AT_ONCE, CLEAN, KEYS, Partner, SftpWorld, verdict
from tests.sftp.matrix.cell import Cell
from tests.sftp.peer import peer
from tests.sftp.sshd import sshd

PASSWORD, TOKEN = "correct horse", "4711"
QUESTIONS = (("Password: ", PASSWORD), ("One-time token: ", TOKEN))
LOGIN = {
    "ed25519": 'keys: [{key: "${file:user.key}"}]',
    "passphrase": 'keys: [{key: "${file:user-protected.key}", passphrase: "${file:passphrase}"}]',
    "ecdsa": 'keys: [{key: "${file:user-ecdsa.key}"}]',
    "rsa": 'keys: [{key: "${file:user-rsa.key}"}]',
    "certificate": 'keys: [{key: "${file:user.key}", certificate: user-cert.pub}]',
    "password": 'password: "${file:password}"',
    "questions": (
        'prompts: [{ask: password, answer: "${file:password}"}, '
        '{ask: token, answer: "${file:token}"}]'
    ),
}
SECRETS = {"passphrase": "open sesame", "password": PASSWORD, "token": TOKEN}
AFTER = {
    "delete": "",
    "move": "after: move, move_to: PLACE/done, ",
    "leave": "after: leave, ",
    "claim": "claim: PLACE/ours, ",
    "claim and move": "claim: PLACE/ours, after: move, move_to: PLACE/done, ",
}
MARKED = 'ready: {stable_for: 0s, marker: "{name}.ok"}'
SEND = {
    "by a temporary name": "",
    "under its name": ", temporary: none",
    "with a done marker": ", done: '{name}.done'",
    "in place of another": ", replace: true",
}
NAME, OTHER = "INVOIC.edi", b"a file that lay there before"


def absent(cell: Cell) -> str:
    """What a server of the tests does not do; empty when it does."""
    if cell["server"] == "OpenSSH" and cell["login"] in ("password", "questions"):
        return "passwords need the accounts of the machine"
    if cell["server"] == "asyncssh" and cell["login"] == "certificate":
        return "the peer knows no authority"
    return ""


@dataclass
class Servers:
    """Both of them, and where their files lie."""

    ports: dict[str, tuple[int, str, Path]]
    count: int = 0


@contextmanager
def servers(root: Path) -> Iterator[Servers]:
    """They run meanwhile."""
    openssh, other = root / "openssh", root / "asyncssh"
    openssh.mkdir()
    other.mkdir()
    keys = ("user", "user-protected", "user-ecdsa", "user-rsa")
    with (
        sshd(openssh) as one,
        peer(other, keys=keys, password=PASSWORD, questions=QUESTIONS) as two,
    ):
        yield Servers(
            {"OpenSSH": (one.port, one.user, openssh), "asyncssh": (two.port, two.user, other)}
        )


def exchange(cell: Cell, running: Servers, root: Path) -> str:
    """Empty when all went as it should."""
    port, user, folder = running.ports[cell["server"]]
    running.count += 1
    place, marked = f"p{running.count}", cell["finished when"] == "a marker lies beside it"
    partner = Partner(port, user, folder, place=place, name="{message}.edi")
    partner.login, partner.send = LOGIN[cell["login"]], SEND[cell["sent"]]
    partner.receive = AFTER[cell["after"]].replace("PLACE", place) + (MARKED if marked else AT_ONCE)
    _lay(root)
    world = SftpWorld(root, partner=partner)
    try:
        return _exchanged(world, cell)
    finally:
        world.gateway.close()
        shutil.rmtree(folder / place)


def _lay(root: Path) -> None:
    (root / "partners/acme-retail").mkdir(parents=True)
    for name, secret in SECRETS.items():
        (root / name).write_text(secret)
    shutil.copy(KEYS / "user-cert.pub", root / "partners/acme-retail")


def _exchanged(world: SftpWorld, cell: Cell) -> str:
    there, out = world.server("in"), world.server("out")
    for name in ("done", "ours"):
        world.server(name).mkdir()
    (there / NAME).write_bytes(OTHER)
    stays = _given(world, out, cell["finished when"])
    world.invoice()
    world.gateway.run_once()
    if stays and not (out / stays).exists():
        return f"{stays} is not finished, and was taken"
    if stays.endswith(".part"):
        (out / stays).rename(out / stays.removesuffix(".part"))
        world.given.append((out / stays.removesuffix(".part")).read_bytes())
        stays = ""
    world.gateway.run_once()
    world.later()
    return _wrong(world, cell) or _lies(world, cell["after"], stays)


def _given(world: SftpWorld, out: Path, finished: str) -> str:
    """What the partner gives; the name of a file that is to be left alone."""
    if finished == "a marker lies beside it":
        (out / "unmarked.edi").write_bytes(world.order())
        world.gives("orders.edi")
        (out / "orders.edi.ok").touch()
        return "unmarked.edi"
    world.gives("orders.edi")
    if finished == "it was renamed":
        (out / "early.edi.part").write_bytes(world.order())
        return "early.edi.part"
    return ""


def _wrong(world: SftpWorld, cell: Cell) -> str:
    """What is not as it should be with what came and what was sent."""
    there = world.server("in")
    replaced = cell["sent"] == "in place of another"
    if ((there / NAME).read_bytes() != OTHER) != replaced:
        return "another file was replaced" if not replaced else "the other file was not replaced"
    if not replaced:
        (there / NAME).unlink()
    if verdict(world) != CLEAN:
        return f"{verdict(world)} {dict(world.codes_told())}"
    if len(world.orders()) != len(world.given):
        return f"{len(world.orders())} orders of {len(world.given)} files"
    markers = {path.name.removesuffix(".done") for path in there.glob("*.done")}
    wanted = {path.name for path in there.glob("*.edi")} if "done marker" in cell["sent"] else set()
    if markers != wanted:
        return f"markers of {sorted(markers)}, not of {sorted(wanted)}"
    return f"left: {world.hidden()}" if world.hidden() else ""


def _lies(world: SftpWorld, after: str, stays: str) -> str:
    """What lies in the partner's folders now, where that is not what the channel says."""
    count = len(world.given)
    out = [path.name for path in world.server("out").iterdir() if path.name != stays]
    found = (len(out), len(list(world.server("done").iterdir())))
    found += (len(list(world.server("ours").iterdir())),)
    markers = sum(name.endswith(".ok") for name in out)
    wanted = {
        "leave": (count + markers, 0, 0),
        "move": (0, count, 0),
        "claim and move": (0, count, 0),
    }.get(after, (0, 0, 0))
    return "" if found == wanted else f"out, done, ours: {found} files, not {wanted}"
