"""The page about secrets: its plug-in and its settings work as they are written there."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.config.secrets import SecretError, parse, resolve

PAGE = Path(__file__).parents[2] / "docs/howto/keep-secrets.md"


def shown(name: str) -> str:
    """A file as the page shows it."""
    found = re.search(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    assert found is not None, name
    return found[1]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with the settings of the page, and its package installed."""
    site = tmp_path / "site"
    project = tomllib.loads(shown("pyproject.toml"))["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (site / "shelf.py").write_text(shown("shelf.py"))
    entries = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in named.items())
        for group, named in project["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("".join(entries))
    about = f"Name: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\n{about}")
    monkeypatch.syspath_prepend(site)
    root = tmp_path / "edi"
    (root / "partners").mkdir(parents=True)
    (root / "partners/_own.yaml").write_text("name: Our Company\nidentities: {}\n")
    settings = shown("gateway.yaml").replace("/run/secrets", f"{root}/secrets")
    (root / "gateway.yaml").write_text(f"schema: 1\n{settings}")
    (root / "secrets/northwind").mkdir(parents=True)
    (root / "secrets/northwind/password").write_text("Wm4-on-the-shelf\n")
    yield root
    sys.modules.pop("shelf", None)


def test_the_plug_in_of_the_page_reads_a_directory(root: Path) -> None:
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    assert problems == []
    vaults = workspace.settings.vaults
    secret = parse("${shelf:northwind#password}", vaults)
    assert resolve(secret, root) == "Wm4-on-the-shelf"
    for where, said in (("northwind#key", "northwind has no key"), ("../x", "SYSTEM#FIELD")):
        with pytest.raises(SecretError, match=said):
            resolve(parse(f"${{shelf:{where}}}", vaults), root)
