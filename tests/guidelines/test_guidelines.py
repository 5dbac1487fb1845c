"""Public guidelines: their settings and guides load, and each demand is where the page says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from docs.guidelinetable import Demand, Guideline, guidelines
from gateway.config import load_workspace
from gateway.config.data import installed
from gateway.config.translation import Translation
from gateway.problems import errors
from gateway.syntax.yamltext import read_yaml

ALL = list(guidelines())
HEAD = """\
schema: 1
partner: guideline
name: Guideline (example)
identities:
  edifact: {id: 4012345000108, qualifier: 14}
  x12: {id: GUIDELINE, qualifier: ZZ}
channels:
  main:
    kind: folder
    receive: {folder: var/partners/guideline/in}
    send: {folder: var/partners/guideline/out}
"""


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_settings_and_guide_load_without_errors(one: Guideline, tmp_path: Path) -> None:
    shutil.copyfile(installed() / "gateway.yaml", tmp_path / "gateway.yaml")
    folder = tmp_path / "partners" / "guideline"
    folder.mkdir(parents=True)
    shutil.copyfile(installed() / "partners" / "_own.yaml", folder.parent / "_own.yaml")
    (folder / "partner.yaml").write_text(HEAD + one.settings)
    for name, text in one.files.items():
        (folder / name).write_text(text)
    workspace, problems = load_workspace(tmp_path)
    assert workspace is not None
    problems += Translation(workspace).problems()
    assert [str(each) for each in errors(problems)] == []


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_each_demand_has_exactly_one_answer(one: Guideline) -> None:
    for each in one.demands:
        assert len([1 for answer in (each.where, each.how, each.missing) if answer]) == 1, each.what


@pytest.mark.parametrize(
    ("one", "demand"),
    [(one, each) for one in ALL for each in one.demands if each.where],
    ids=lambda value: value.what if isinstance(value, Demand) else value.name,
)
def test_the_place_that_expresses_a_demand_is_there(one: Guideline, demand: Demand) -> None:
    kind, _, path = demand.where.partition(".")
    if kind == "files":
        assert path in one.files
        return
    text = one.files["guide.yaml"] if kind == "guide" else one.settings
    here: Any = _data(text)
    for step in (path if kind == "guide" else demand.where).split("."):
        here = here[int(step)] if isinstance(here, list) else here[step]
    assert here not in (None, "", [], {})


def _data(text: str) -> Any:
    read, problems = read_yaml(text.encode(), "x.yaml")
    assert read is not None
    assert not problems
    return read.data
