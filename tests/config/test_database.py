"""The address of the database: what may stand in the settings, and what is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.config.secrets import SecretError
from tests.pipeline.world import GATEWAY, make

WHERE = "db.example/gateway?sslmode=verify-full"


def test_a_password_is_a_reference_that_is_resolved_when_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", "p@ss:w/rd")
    text = f"{GATEWAY}database: postgresql+psycopg://gw:${{env:DB_PASSWORD}}@{WHERE}\n"
    workspace = make(tmp_path, {"gateway.yaml": text})
    assert workspace.database == f"postgresql+psycopg://gw:p%40ss%3Aw%2Frd@{WHERE}"
    assert "p@ss" not in workspace.settings.database
    monkeypatch.delenv("DB_PASSWORD")
    with pytest.raises(SecretError, match="DB_PASSWORD"):
        _ = workspace.database


def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path: Path) -> None:
    make(tmp_path, {})
    address = f"postgresql+psycopg://gw:plain-secret@{WHERE}"
    (tmp_path / "gateway.yaml").write_text(f"{GATEWAY}database: {address}\n")
    workspace, problems = load_workspace(tmp_path)
    assert workspace is None
    assert "${env:NAME}" in str(problems[0].as_json())
    assert "plain-secret" not in str([found.as_json() for found in problems])


def test_an_address_without_a_password_is_used_as_it_is(tmp_path: Path) -> None:
    text = f"{GATEWAY}database: postgresql+psycopg://gw@{WHERE}\n"
    assert make(tmp_path, {"gateway.yaml": text}).database.endswith(f"gw@{WHERE}")
