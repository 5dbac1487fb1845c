"""Marks: comments that say what a person still has to decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.config.marks import find_marks
from gateway.problems import Problem, has_errors
from tests.proposal.conftest import THEIRS, empty

PARTNER = """schema: 1
partner: contoso-foods
name: Contoso Foods
mode: {mode}
identities:
  edifact: {{id: {theirs}, qualifier: 14}}        # decide: is it him?
channels:
  main:
    kind: folder
    receive: {{folder: var/in}}
    send: {{folder: var/out}}
agreements:
  - {{document: order, direction: inbound, standard: EDIFACT D.96A, guide: guides/orders.yaml}}
"""
GUIDE = b"""guide: contoso-foods/orders
base: EDIFACT D.96A ORDERS
# decide: enough?
unlisted: warn
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: b  # decide: which one", ["which one"]),
        ("# decide: the whole", ["the whole"]),
        ("    #decide: near", ["near"]),
        ('a: "it\'s"  # decide: quoted before', ["quoted before"]),
        ("a: it's  # decide: half a quote", ["half a quote"]),
        ('a: "text # decide: no mark"', []),
        ("a: b#decide: no comment in YAML", []),
        ("a: b  # decided: long ago", []),
        ("add x <-> QTY+1.6060  # decide: 'text' in it", ["'text' in it"]),
    ],
)
def test_a_mark_is_a_comment_that_begins_with_decide(text: str, found: list[str]) -> None:
    assert [mark.what for mark in find_marks(text.encode(), "file")] == found


def test_a_mark_knows_its_line_and_column() -> None:
    (mark,) = find_marks(b"a: b\n\nc: d   # decide: e\n", "partner.yaml")
    assert (mark.file, mark.line, mark.column) == ("partner.yaml", 3, 8)


def checked(root: Path, mode: str) -> tuple[list[str], list[Problem]]:
    folder = root / "partners" / "contoso-foods"
    (folder / "guides").mkdir(parents=True)
    (folder / "partner.yaml").write_text(PARTNER.format(mode=mode, theirs=THEIRS))
    (folder / "guides" / "orders.yaml").write_bytes(GUIDE)
    workspace, problems = load_workspace(root)
    assert workspace is not None
    return list(workspace.partners), problems


def test_each_mark_is_a_warning_with_file_and_line(tmp_path: Path) -> None:
    partners, problems = checked(empty(tmp_path), "test")
    assert partners == ["contoso-foods"]
    assert not has_errors(problems)
    assert [(one.code, one.place.file, one.place.line) for one in problems] == [
        ("C501", "partners/contoso-foods/partner.yaml", 6),
        ("C501", "partners/contoso-foods/guides/orders.yaml", 3),
    ]


def test_a_partner_with_marks_cannot_be_live(tmp_path: Path) -> None:
    partners, problems = checked(empty(tmp_path), "live")
    assert partners == []
    (refused,) = [one for one in problems if one.code == "C502"]
    assert refused.place.line == 4
    assert "2 things" in refused.sentence


def test_marks_of_a_parent_are_those_of_his_children_and_told_once(tmp_path: Path) -> None:
    root = empty(tmp_path)
    shared = root / "partners" / "_like"
    (shared / "retail" / "guides").mkdir(parents=True)
    (shared / "retail" / "guides" / "orders.yaml").write_bytes(GUIDE)
    above, below = PARTNER.split("channels:")
    (shared / "retail.yaml").write_text("channels:  # decide: which" + below.format())
    glns = {"contoso-foods": THEIRS, "contoso-shops": "4012345000047"}
    for name, gln in glns.items():
        text = above.format(mode="live", theirs=gln).split("  #")[0]
        (root / "partners" / name).mkdir()
        text = text.replace("contoso-foods", name) + "\nlike: retail\n"
        (root / "partners" / name / "partner.yaml").write_text(text)
    workspace, problems = load_workspace(root)
    assert workspace is not None
    assert list(workspace.partners) == []
    assert [(one.code, (one.place.file or "")[9:]) for one in problems] == [
        ("C501", "_like/retail.yaml"),
        ("C501", "_like/retail/guides/orders.yaml"),
        ("C502", "contoso-foods/partner.yaml"),
        ("C502", "contoso-shops/partner.yaml"),
    ]
