"""Differences of guides: each change with its effect, and the files that feel it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.guide.publish.affected import affected
from gateway.grammar.guide.publish.difference import differences
from gateway.grammar.guide.publish.samples import sample
from gateway.problems import errors
from tests.guide_publish.publishing import HERE, NAMES, edited, guide, judged, made_negatives

CASES = sorted((HERE / "differences").glob("*.txt"))


def _case(path: Path) -> tuple[dict[str, str], list[str]]:
    """What is edited in the guide, and the changes that are expected."""
    lines = path.read_text(encoding="utf-8").splitlines()
    parts = {sign: [one[2:] for one in lines if one[0] == sign] for sign in "-+="}
    return {"\n".join(parts["-"]): "\n".join(parts["+"])}, parts["="]


_BACK = {"added": "removed", "removed": "added", "changed": "changed"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_change_is_told_with_its_effect_and_so_is_the_way_back(
    path: Path, tmp_path: Path
) -> None:
    edits, expected = _case(path)
    new = edited(tmp_path, "acme", edits)
    changes, back = differences(guide("acme"), new), differences(new, guide("acme"))
    assert [str(one) for one in changes] == expected
    assert sorted(_BACK[one.kind] for one in back) == sorted(one.kind for one in changes)
    assert {one.before for one in back} == {one.after for one in changes}


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_does_not_differ_from_itself(name: str) -> None:
    assert differences(guide(name), guide(name)) == []


def test_compatible_changes_refuse_nothing_that_was_right(tmp_path: Path) -> None:
    for path in CASES:
        edits, expected = _case(path)
        if any(one.startswith("breaking") for one in expected):
            continue
        new = edited(tmp_path, "acme", edits)
        for variant in ("minimal", "typical", "full"):
            data = sample(guide("acme"), variant).wire()
            assert errors(judged(data, new)[0]) == [], path.stem


def test_a_base_that_differs_is_one_change() -> None:
    (one,) = [
        each for each in differences(guide("acme"), guide("northwind")) if each.what == "base"
    ]
    assert one.effect == "breaking"
    assert (one.before, one.after) == ("EDIFACT D96A ORDERS", "X12 004010 850")


def test_a_guide_of_a_later_directory_is_compared_by_name() -> None:
    changes = differences(guide("eancom1997/ORDERS"), guide("eancom2002s3/ORDERS"))
    paths = {one.path for one in changes}
    assert {"", "BGM.1000", "SG2/NAD"} & paths
    assert {one.effect for one in changes} == {"breaking", "compatible", "neutral"} - {"neutral"}


def test_files_that_are_judged_in_another_way(tmp_path: Path) -> None:
    new = edited(tmp_path, "acme", {"length: 1..17": "length: 1..3"})
    files = {
        "order.edi": sample(guide("acme"), "typical").wire(),
        "wrong.edi": made_negatives("acme").samples[1].sample.wire(),
        "short.edi": sample(new, "typical").wire(),
    }
    before = {name: judged(data, guide("acme"))[0] for name, data in files.items()}
    after = {name: judged(data, new)[0] for name, data in files.items()}
    order, wrong = affected(before, after)
    assert (order.file, order.effect, [one.code for one in order.new]) == (
        "order.edi",
        "breaking",
        ["G315"],
    )
    assert (wrong.file, wrong.effect, wrong.was_right, wrong.gone) == (
        "wrong.edi",
        "neutral",
        False,
        (),
    )


def test_an_eased_guide_takes_what_was_refused(tmp_path: Path) -> None:
    new = edited(tmp_path, "acme", {"1225: {usage: R, codes": "1225: {codes"})
    what = "BGM element 3 (1225) is missing"
    (one,) = (each for each in made_negatives("acme").samples if each.what == what)
    data = one.sample.wire()
    (file,) = affected({"a": judged(data, guide("acme"))[0]}, {"a": judged(data, new)[0]})
    assert (file.effect, [each.code for each in file.gone]) == ("compatible", ["G311"])


def test_a_closed_slot_that_takes_more_is_compatible(tmp_path: Path) -> None:
    old, new = (
        "wanted: {discriminator: {2005: [2, 64]}",
        "wanted: {discriminator: {2005: [2, 64, 63]}",
    )
    wider = edited(tmp_path, "everything", {old: new})
    (one,) = differences(guide("everything"), wider)
    assert (one.what, one.effect, one.after) == ("qualifier", "compatible", "2005 2 63 64")
    (back,) = differences(wider, guide("everything"))
    assert back.effect == "breaking"


def test_segments_that_are_refused_instead_of_reported(tmp_path: Path) -> None:
    told = edited(tmp_path, "closed", {"unlisted: reject": "unlisted: warn"})
    changes = differences(told, guide("closed"))
    assert {(one.what, one.effect, one.after) for one in changes} == {
        ("what is not used", "breaking", "reject")
    }


def test_repetitions_of_an_element(tmp_path: Path) -> None:
    wider = edited(tmp_path, "closed", {"repeat: 2..2": "repeat: 1..2"})
    (one,) = {str(each) for each in differences(guide("closed"), wider)}
    assert one == "compatible  SG2:buyer/SG5/COM.C076  repetitions changed: 2 → 1 to 2"
    assert {each.effect for each in differences(wider, guide("closed"))} == {"breaking"}
