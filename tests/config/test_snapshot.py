"""What a snapshot holds, what never gets into it, and the workspace that it gives again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.config import Workspace, load_workspace
from gateway.config.asthen import load_as_then
from gateway.config.data import installed
from gateway.config.snapshot import MASK, Snapshot, collect, hash_of
from gateway.config.translation import Translation
from tests.as2.credentials import KEYS
from tests.as2.settings import kit

SETTINGS = "gateway.yaml"
ACME = "partners/acme-retail/partner.yaml"
SECRET = "hunter2-is-no-secret"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_workspace(tmp_path / "shop", PARTNERS)
    return tmp_path / "shop"


def load(root: Path) -> Workspace:
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    return workspace


def put(root: Path, name: str, data: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def then(root: Path, folder: Path, snapshot: Snapshot) -> Workspace:
    workspace, problems = load_as_then(snapshot, folder, load(root))
    assert workspace is not None, problems
    return workspace


def test_it_holds_everything_that_decides_and_is_named_by_the_workspace(root: Path) -> None:
    workspace = load(root)
    snapshot = collect(workspace)
    assert snapshot.hash == workspace.hash == hash_of(root, Path("partners"))
    names = set(snapshot.files)
    assert {SETTINGS, ACME, "partners/_own.yaml"} <= names
    assert {"mappings/edifact/orders.map", "mappings/codes/unit.csv"} <= names
    assert "grammars/csv/order.yaml" in names
    assert not any(name.startswith("grammars/edifact") for name in names)
    assert snapshot.left_out == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mappings/codes/unit.csv", "canonical,edifact\npiece,STK\n"),
        ("grammars/csv/order.yaml", "format: csv\n"),
        ("grammars/edifact/D99B/ORDERS.txt", "x"),
        ("partners/acme-retail/own.map", "overlay mappings/edifact/orders.map\n"),
    ],
)
def test_a_file_of_the_workspace_changes_the_hash_and_wins(
    root: Path, name: str, text: str
) -> None:
    before = load(root).hash
    put(root, name, text)
    workspace = load(root)
    assert workspace.hash != before
    assert collect(workspace).files[name] == text.encode()


@pytest.mark.parametrize("name", ["samples/x.edi", ".orders.map.swp", ".git/config"])
def test_samples_and_hidden_files_decide_nothing(root: Path, name: str) -> None:
    before = load(root).hash
    put(root, f"partners/acme-retail/{name}", "x")
    workspace = load(root)
    assert workspace.hash == before
    assert not any(name in each for each in collect(workspace).files)


def test_a_file_changed_since_the_workspace_was_loaded_shows_in_the_hash(root: Path) -> None:
    workspace = load(root)
    put(root, "partners/acme-retail/own.map", "x")
    assert collect(workspace).hash != workspace.hash


# ---- nothing secret


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("as2.pem", b"-----BEGIN PRIVATE KEY-----\nMIIE\n", "a private key"),
        ("as2.txt", b"x\n-----BEGIN RSA PRIVATE KEY-----\n", "a private key"),
        ("id_ed25519", b"x", "a private key"),
        ("as2.p12", b"x", "a private key"),
        ("as2.der", b"0\x82\x04\xa4\x02\x01\x00", "no text"),
        ("big.csv", b"x" * 8_000_001, "larger than 8000000 bytes"),
        ("broken.yaml", b"password: [", "not readable as YAML"),
    ],
)
def test_what_is_secret_or_no_text_is_left_out(
    root: Path, name: str, data: bytes, why: str
) -> None:
    put(root, f"partners/acme-retail/{name}", data)
    snapshot = collect(load(root))
    assert snapshot.left_out == {f"partners/acme-retail/{name}": why}
    assert f"partners/acme-retail/{name}" not in snapshot.files


def test_certificates_are_part_of_it_in_every_form(root: Path) -> None:
    before = load(root).hash
    certificate = x509.load_pem_x509_certificate((KEYS / "acme.pem").read_bytes())
    files = {
        "partners/acme-retail/acme.pem": certificate.public_bytes(Encoding.PEM),
        "partners/acme-retail/acme.cer": certificate.public_bytes(Encoding.DER),
        "partners/acme-retail/acme.p7b": pkcs7.serialize_certificates([certificate], Encoding.DER),
    }
    for name, data in files.items():
        put(root, name, data)
    snapshot = collect(load(root))
    assert snapshot.hash != before
    assert snapshot.left_out == {}
    assert files.items() <= snapshot.files.items()


@pytest.mark.parametrize("written", ["partners/acme-retail/pin.txt", "pin.txt"])
def test_a_file_that_a_reference_names_is_left_out(root: Path, written: str) -> None:
    put(root, "partners/acme-retail/pin.txt", SECRET)
    put(root, "partners/acme-retail/more.yaml", f"password: ${{file:{written}}}\n")
    snapshot = collect(load(root))
    assert snapshot.left_out == {"partners/acme-retail/pin.txt": "a reference names it"}
    assert not any(SECRET.encode() in data for data in snapshot.files.values())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"password: {SECRET}\n", f'password: "{MASK}"\n'),
        (f"a: {{api_key: '{SECRET}', b: 1}}\n", f'a: {{api_key: "{MASK}", b: 1}}\n'),
        (f"smtp_password: |\n  {SECRET}\nb: 1\n", f'smtp_password: "{MASK}"\nb: 1\n'),
        ("password: ${env:PIN}\n", "password: ${env:PIN}\n"),
        (
            f"a: postgresql+psycopg://edi:{SECRET}@db/x\n",
            'a: "postgresql+psycopg://edi:${env:MASKED}@db/x"\n',
        ),
        (
            f"webhook: {{url: 'https://h.example/T0/{SECRET}'}}\n",
            'webhook: {url: "https://h.example/"}\n',
        ),
        (f"\ufefftoken: {SECRET} # ü\n", f'\ufefftoken: "{MASK}" # ü\n'),
        (f"tokens: [{SECRET}, '${{env:T}}']\n", f"tokens: [\"{MASK}\", '${{env:T}}']\n"),
        (f"secret: {{value: {SECRET}}}\n", f'secret: {{value: "{MASK}"}}\n'),
        ("secretary: Ms Smith\n", "secretary: Ms Smith\n"),
        (
            f"as2: {{url: 'https://as2.example/in?sig={SECRET}'}}\n",
            'as2: {url: "https://as2.example/in"}\n',
        ),
        ("as2: {url: 'https://as2.example/in'}\n", "as2: {url: 'https://as2.example/in'}\n"),
        (
            f"send: {{url: 'https://acme.example/in?sig={SECRET}'}}\n",
            'send: {url: "https://acme.example/in"}\n',
        ),
        (
            f"prompts: [{{ask: PIN, answer: {SECRET}}}]\n",
            f'prompts: [{{ask: PIN, answer: "{MASK}"}}]\n',
        ),
        (
            f"login: {{keys: [{{passphrase: {SECRET}}}]}}\n",
            f'login: {{keys: [{{passphrase: "{MASK}"}}]}}\n',
        ),
        ("answer: none\nprompts: []\n", "answer: none\nprompts: []\n"),
        (f"headers: {{X-Api-Key: {SECRET}}}\n", f'headers: {{X-Api-Key: "{MASK}"}}\n'),
    ],
)
def test_a_value_that_is_secret_is_masked(root: Path, written: str, kept: str) -> None:
    put(root, "partners/acme-retail/more.yaml", written)
    data = collect(load(root)).files["partners/acme-retail/more.yaml"].decode()
    assert data == kept
    assert SECRET not in data


def test_the_password_of_the_database_stays_a_reference_and_the_settings_still_load(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    text = (root / SETTINGS).read_text()
    address = "postgresql+psycopg://edi:${env:DB_PASSWORD}@db/edi"
    put(root, SETTINGS, text.replace("sqlite:///var/gateway.db", address))
    snapshot = collect(load(root))
    assert SECRET.encode() not in snapshot.files[SETTINGS]
    restored = then(root, tmp_path / "then", snapshot)
    assert restored.settings.database == address  # where data lies is as now


# ---- as then


def test_settings_and_maps_are_as_then_and_folders_as_now(root: Path, tmp_path: Path) -> None:
    units = (installed() / "mappings/codes/unit.csv").read_text() + "barrel,BLL,BR\n"
    put(root, "mappings/codes/unit.csv", units)
    snapshot = collect(load(root))
    (root / "mappings/codes/unit.csv").unlink()
    text = (root / ACME).read_text()
    text = text.replace("mode: live", "mode: test", 1)
    put(root, ACME, text.replace("var/partners/acme-retail/out", "elsewhere/out"))
    now, restored = load(root), then(root, tmp_path / "then", snapshot)
    assert restored.hash == snapshot.hash != now.hash
    assert restored.partners["acme-retail"].agreements[0].mode == "live"
    partner = restored.partners["acme-retail"]
    assert restored.send_folder(partner, partner.agreements[1]) == root / "elsewhere/out"
    assert restored.erp_out("order") == now.erp_out("order") == root / "var/erp/out/order"
    assert restored.archive == now.archive
    assert restored.partner_folder("acme-retail").is_relative_to(tmp_path / "then")
    assert (restored.data_roots("mappings")[0] / "codes/unit.csv").read_text() == units
    assert list(Translation(restored).problems()) == []


def test_a_map_that_came_later_is_none_of_then(root: Path, tmp_path: Path) -> None:
    snapshot = collect(load(root))
    files = dict(snapshot.files)
    del files["mappings/edifact/slsrpt.map"]  # as if this version brought it
    restored = then(root, tmp_path / "then", Snapshot(snapshot.hash, snapshot.version, files))
    assert restored.find("mappings", "edifact/slsrpt.map") is None
    assert restored.find("mappings", "edifact/orders.map") is not None


def test_partners_in_another_folder_are_found_again(root: Path, tmp_path: Path) -> None:
    (root / "partners").rename(tmp_path / "trade")
    text = (root / SETTINGS).read_text()
    put(root, SETTINGS, text.replace("partners: partners", f"partners: {tmp_path / 'trade'}"))
    restored = then(root, tmp_path / "then", collect(load(root)))
    assert set(restored.partners) == {"acme-retail", "northwind"}
    assert restored.map_file(
        restored.partners["acme-retail"], restored.partners["acme-retail"].agreements[0]
    )[0]


def test_a_partner_who_is_gone_keeps_the_folders_he_had(root: Path, tmp_path: Path) -> None:
    snapshot = collect(load(root))
    shutil.rmtree((root / ACME).parent)
    partner = then(root, tmp_path / "then", snapshot).partners["acme-retail"]
    channel = partner.channels["main"]
    assert channel.send is not None
    assert channel.send.folder == "var/partners/acme-retail/out"


def test_another_version_and_files_left_out_are_told(root: Path, tmp_path: Path) -> None:
    snapshot = collect(load(root))
    old = Snapshot(snapshot.hash, "0.0.9", snapshot.files, {"partners/x.key": "a private key"})
    _, problems = load_as_then(old, tmp_path / "then", load(root))
    assert [found.code for found in problems] == ["P212", "P214"]
    assert "then version 0.0.9 worked, now it is" in problems[0].sentence
    assert "partners/x.key (a private key)" in problems[1].sentence


def test_settings_that_this_version_does_not_know_are_said(root: Path, tmp_path: Path) -> None:
    snapshot = collect(load(root))
    files = {**snapshot.files, SETTINGS: b"schema: 1\ncolour: blue\n"}
    snapshot = Snapshot(snapshot.hash, snapshot.version, files)
    workspace, (found,) = load_as_then(snapshot, tmp_path / "then", load(root))
    assert (workspace, found.code) == (None, "P211")
    assert "colour" in found.sentence


def test_no_name_leads_out_of_the_folder(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leads out"):
        load_as_then(Snapshot("x", "1", {"../evil": b""}), tmp_path / "then", load(root))


def test_keys_of_as2_never_get_into_it_and_are_as_now(tmp_path: Path) -> None:
    root = kit.write(tmp_path / "as2")
    put(root, "partners/keys/ours.pem", (KEYS / "ours.pem").read_bytes())
    put(root, "partners/keys/ours.secret", (KEYS / "ours.key").read_bytes())
    own = kit.OWN.replace("keys/ours.key", "partners/keys/ours.secret")
    put(root, "partners/_own.yaml", own)
    snapshot = collect(load(root))
    assert not any(b"PRIVATE KEY" in data for data in snapshot.files.values())
    assert snapshot.left_out == {"partners/keys/ours.secret": "a reference names it"}
    put(root, "partners/_own.yaml", own.replace("id: OURCOMPANY", "id: RENAMED"))
    restored = then(root, tmp_path / "then", snapshot)
    assert restored.own.as2 is not None and restored.own.as2.id == "RENAMED"
