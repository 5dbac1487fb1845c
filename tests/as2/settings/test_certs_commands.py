"""``gateway partner certs``: the list, a new certificate, the sheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gateway.cli.main import main
from tests.as2.settings.kit import ACME, OWN, write

Run = Callable[..., Result]
NEXT = "        - {file: certificates/acme-next.pem, accept_from: 2100-01-01}\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*arguments: str | Path) -> Result:
        words = ["-w", str(tmp_path), "partner", "certs", *map(str, arguments)]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return invoke


def test_the_list_shows_both_sides_with_their_standing(tmp_path: Path, run: Run) -> None:
    write(tmp_path, acme=ACME + NEXT)
    result = run()
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[:2] for line in lines[1:]] == [
        ["ours", "keys/ours.pem"],
        ["acme-retail/edi", "certificates/acme.pem"],
        ["acme-retail/edi", "certificates/acme-next.pem"],
    ]
    assert "in force" in result.stdout and "planned" in result.stdout
    found = json.loads(run("acme-retail", "--json").stdout)
    assert [one["state"] for one in found["certificates"]] == ["in force", "planned"]
    assert found["certificates"][0]["not_after"] == "2120-01-01T00:00:00+00:00"


def test_what_ended_and_what_is_broken_end_with_1(tmp_path: Path, run: Run) -> None:
    write(tmp_path, acme=ACME.replace("acme.pem", "acme-expired.pem"))
    result = run("acme-retail")
    assert result.exit_code == 1
    assert "expired" in result.stdout and "days are left, and none takes its place" in result.stdout
    (tmp_path / "keys/ours.key").unlink()
    assert run().exit_code == 1
    assert "C461" in run().stdout


def test_an_unknown_partner_is_named(tmp_path: Path, run: Run) -> None:
    write(tmp_path)
    result = run("acme")
    assert result.exit_code == 2
    assert "there is no partner acme; known are: acme-retail" in result.stderr


def test_a_new_certificate_can_be_pasted_into_the_settings(tmp_path: Path, run: Run) -> None:
    write(tmp_path)
    result = run("new", "--name", "as2-next", "--years", "2")
    assert result.exit_code == 0, result.output
    key, certificate = tmp_path / "secrets/as2-next.key", tmp_path / "secrets/as2-next.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    assert (key.parent / ".gitignore").read_text(encoding="utf-8") == "*.key\n"
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert loaded.subject.rfc4514_string() == "CN=OURCOMPANY,O=Our Company"
    assert loaded.public_key() == load_pem_private_key(key.read_bytes(), None).public_key()
    settings = "    - certificate: secrets/as2-next.pem\n      key: ${file:secrets/as2-next.key}\n"
    assert settings in result.stdout
    (tmp_path / "partners/_own.yaml").write_text(OWN + settings, encoding="utf-8")
    found = json.loads(run("--json").stdout)
    assert [one["file"] for one in found["certificates"]][:2] == [
        "keys/ours.pem",
        "secrets/as2-next.pem",
    ]
    assert found["problems"] == []


def test_a_new_key_is_never_written_over_another(tmp_path: Path, run: Run) -> None:
    write(tmp_path)
    assert run("new", "--name", "one", "--kind", "ec-p256").exit_code == 0
    before = (tmp_path / "secrets/one.key").read_bytes()
    result = run("new", "--name", "one", "--kind", "ec-p256")
    assert result.exit_code == 2 and "is there already" in result.stderr
    assert (tmp_path / "secrets/one.key").read_bytes() == before


def test_a_key_may_be_encrypted_with_a_secret(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    monkeypatch.setenv("AS2_PASSWORD", "pass")
    words = ("new", "--name", "one", "--kind", "ec-p256")
    found = json.loads(run(*words, "--password", "${env:AS2_PASSWORD}", "--json").stdout)
    assert "use: [sign]" in found["settings"]
    assert load_pem_private_key(Path(found["key"]).read_bytes(), b"pass")
    assert run(*words, "--password", "pass").exit_code == 2


def test_the_sheet_shows_what_a_partner_needs_to_compare(tmp_path: Path, run: Run) -> None:
    write(tmp_path)
    ours = run("sheet").stdout
    assert "OURCOMPANY" in ours and "https://edi.example.com/as2" in ours
    assert "SHA-256" in ours and "CN=acme test" not in ours
    both = run("sheet", "acme-retail").stdout
    assert "CN=ours test" in both and "CN=acme test" in both
    page = tmp_path / "sheet.html"
    assert run("sheet", "acme-retail", "-o", page).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    (first, second) = json.loads(run("sheet", "acme-retail", "--json").stdout)
    assert (first["as2_id"], second["as2_id"]) == ("OURCOMPANY", "ACME")


def test_help_shows_the_commands(run: Run) -> None:
    assert "sheet" in run("--help").stdout
    assert "--years" in run("new", "--help").stdout
