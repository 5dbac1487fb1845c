"""Secrets in the keyring and in vaults: what is allowed, what is tried, what is never shown."""

from __future__ import annotations

import json
import sys
import threading
import types
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from gateway.config import load_workspace
from gateway.config import timelimit as limits
from gateway.config.secrets import PlainSecretError, SecretError, parse, resolve
from gateway.config.snapshot import collect
from gateway.config.vault import Vault

PLUGIN = """
from pathlib import Path
from gateway.config.vault import VaultError

def read(where, options):
    path, _, field = where.partition("#")
    if path == "broken":
        raise RuntimeError(f"no luck with {options['token']}")
    if path == "denied":
        raise VaultError(f"403 for {options['token']}\\nask for {path}")
    if path == "slow":
        import threading
        threading.Event().wait(0.3)
    if path == "number":
        return 7
    return (Path(options["folder"]) / path / field).read_text()
"""
OPTIONS = {"folder": "/", "token": "${env:VAULT_TICKET}"}


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package that offers the plug-in ``shelf``; the folder that it reads."""
    site = tmp_path / "site"
    info = site / "shelf_vault-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "shelf_vault.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf-vault\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gateway.secrets]\nshelf = shelf_vault:read\n")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("VAULT_TICKET", "s.Rq93-kept-back")
    folder = tmp_path / "kept"
    (folder / "acme").mkdir(parents=True)
    (folder / "acme/sftp").write_text("Wm4-from-the-shelf")
    yield folder
    sys.modules.pop("shelf_vault", None)


def vault(**settings: object) -> Vault:
    return Vault.model_validate({"plugin": "shelf", "options": OPTIONS, **settings})


# ---- keyring


class Keyring(types.ModuleType):
    """What we use of the library."""

    def __init__(self, kept: dict[tuple[str, str], str]) -> None:
        super().__init__("keyring")
        self.kept = kept

    def get_password(self, service: str, user: str) -> str | None:
        if user == "locked":
            raise RuntimeError("the collection of Wm4 is locked")
        return self.kept.get((service, user))

    def get_keyring(self) -> object:
        return self


def test_an_entry_of_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("edi-gateway", "acme"): "Wm4-in-the-keyring"}
    monkeypatch.setitem(sys.modules, "keyring", Keyring(kept))
    assert resolve(parse("${keyring:acme}"), tmp_path) == "Wm4-in-the-keyring"
    with pytest.raises(SecretError) as missing:
        resolve(parse("${keyring:northwind}"), tmp_path)
    assert str(missing.value) == (
        f"${{keyring:northwind}}: the keyring ({__name__}) has nothing for the user northwind of "
        "the service edi-gateway"
    )
    with pytest.raises(SecretError) as locked:
        resolve(parse("${keyring:locked}"), tmp_path)
    assert str(locked.value) == "${keyring:locked}: the keyring cannot be asked (RuntimeError)"


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match=r'pip install "edi-gateway\[keyring\]"'):
        resolve(parse("${keyring:acme}"), tmp_path)


def test_the_library_itself_with_a_backend_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = pytest.importorskip("keyring")

    class Backend(keyring.backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return "Wm4-of-a-backend" if (service, username) == ("edi-gateway", "acme") else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

        def delete_password(self, service: str, username: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Backend())
    try:
        assert resolve(parse("${keyring:acme}"), tmp_path) == "Wm4-of-a-backend"
    finally:
        keyring.set_keyring(before)


# ---- vaults


def test_a_vault_answers_what_the_settings_allow(plugin: Path, tmp_path: Path) -> None:
    vaults = {"shelf": vault(options={"folder": str(plugin)})}
    secret = parse("${shelf:acme#sftp}", vaults)
    assert resolve(secret, tmp_path) == "Wm4-from-the-shelf"
    (plugin / "acme/sftp").write_text("Wm4-changed")
    assert resolve(secret, tmp_path) == "Wm4-changed"  # nothing is kept
    assert str(secret) == "${shelf:acme#sftp}"
    assert "Wm4" not in repr(secret)


def test_what_the_settings_do_not_name_is_never_run(plugin: Path) -> None:
    with pytest.raises(PlainSecretError) as failure:
        parse("${shelf:acme#sftp}")
    assert "none of env, file, keyring" in str(failure.value)
    with pytest.raises(PlainSecretError, match=r"did you mean \$\{shelf:…\}"):
        parse("${shelve:acme#sftp}", {"shelf": vault()})
    assert "shelf_vault" not in sys.modules


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nothing#here", "the plug-in shelf failed (FileNotFoundError)"),
        ("broken", "the plug-in shelf failed (RuntimeError)"),
        ("denied", "the plug-in shelf: 403 for *** ask for denied"),
        ("number", "the plug-in shelf gave no text, or more than 64 kB of it"),
        ("slow", "the plug-in shelf: there was no answer within 0.1 s"),
    ],
)
def test_a_failure_says_what_was_tried_and_no_secret(
    plugin: Path, tmp_path: Path, where: str, said: str
) -> None:
    timeout = "100ms" if where == "slow" else "5s"
    secret = parse(f"${{shelf:{where}}}", {"shelf": vault(timeout=timeout)})
    with pytest.raises(SecretError) as failure:
        resolve(secret, tmp_path)
    assert str(failure.value) == f"${{shelf:{where}}}: {said}"
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__


def test_a_plug_in_that_is_not_installed(tmp_path: Path, plugin: Path) -> None:
    secret = parse("${shelf:x}", {"shelf": vault(plugin="bank")})
    with pytest.raises(SecretError, match=r"offers the plug-in bank \(shelf is\)"):
        resolve(secret, tmp_path)


def test_calls_that_hang_are_not_heaped_up() -> None:
    free = threading.Event()
    for _ in range(limits.MOST):
        with pytest.raises(limits.TooLateError, match="no answer within"):
            limits.within(0.001, "hanging", free.wait)
    with pytest.raises(limits.TooLateError, match="4 earlier calls"):
        limits.within(0.001, "hanging", free.wait)
    free.set()


@pytest.mark.parametrize(
    ("options", "shown"),
    [({"token": "s.Rq93"}, "token is a secret"), ({"api-key": "Rq93"}, "api-key is a secret")],
)
def test_an_option_that_is_a_secret_is_a_reference(options: dict[str, str], shown: str) -> None:
    with pytest.raises(ValueError, match=shown) as failure:
        vault(options=options)
    assert "Rq93" not in str(failure.value.errors()[0]["ctx"]["error"])


# ---- in a workspace

VAULTS = """
vaults:
  shelf:
    plugin: shelf
    options: {folder: FOLDER, token: "${env:VAULT_TICKET}"}
"""
SFTP = """kind: sftp
    sftp:
      host: sftp.northwind.example
      host_keys: ["SHA256:uNiVztksCsDhcc0u9e8BrFJ5MLlm2nZ5tQfCz9mHl9c"]
      login: {user: edi, password: "${shelf:acme#sftp}"}
      receive: {folder: out}
      send: {folder: in}
"""


def with_vault(root: Path, folder: Path) -> None:
    settings = root / "gateway.yaml"
    settings.write_text(settings.read_text() + VAULTS.replace("FOLDER", str(folder)))
    partner = root / "partners/northwind/partner.yaml"
    folders = (
        "kind: folder\n    receive: {folder: northwind/in}\n    send: {folder: northwind/out}\n"
    )
    assert folders in partner.read_text()
    partner.write_text(partner.read_text().replace(folders, SFTP))


def test_the_settings_of_a_partner_may_name_it(plugin: Path, workspace: Path) -> None:
    with_vault(workspace, plugin)
    loaded, problems = load_workspace(workspace)
    assert loaded is not None
    assert problems == []
    sftp = loaded.partners["northwind"].channels["main"].sftp
    assert sftp is not None
    assert sftp.login.password is not None
    assert resolve(sftp.login.password, workspace) == "Wm4-from-the-shelf"


def test_no_secret_is_in_settings_snapshots_or_hashes(
    plugin: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_vault(workspace, plugin)
    first, _ = load_workspace(workspace)
    assert first is not None
    snapshot = collect(first)
    kept = b"".join(snapshot.files.values())
    assert b"${shelf:acme#sftp}" in kept
    shown = " ".join((repr(first), first.settings.model_dump_json(), json.dumps(str(snapshot))))
    shown += first.partners["northwind"].model_dump_json()
    for secret in ("Wm4-from-the-shelf", "s.Rq93-kept-back"):
        assert secret.encode() not in kept
        assert secret not in shown
    (plugin / "acme/sftp").write_text("Wm4-changed")
    monkeypatch.setenv("VAULT_TICKET", "s.Rq93-other")
    second, _ = load_workspace(workspace)
    assert second is not None
    assert second.hash == first.hash


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "--json"],
        ["partner", "show", "northwind", "--effective"],
        ["partner", "show", "northwind", "--effective", "--json"],
    ],
    ids=" ".join,
)
def test_no_command_shows_a_secret(plugin: Path, workspace: Path, command: list[str]) -> None:
    with_vault(workspace, plugin)
    result = CliRunner().invoke(main, ["-w", str(workspace), *command])
    assert result.exit_code == 0, result.output
    assert "northwind" in result.output
    assert "Wm4" not in result.output
    assert "s.Rq93" not in result.output
