"""Overlays, trees that are broken, code lists, files, and maps that try to be programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gateway.mapping import Maps
from gateway.mapping.language import parse
from gateway.syntax.record import Record
from tests.mapping.conftest import Make
from tests.mapping.kit import LIBRARY, MAPS, compiled, tree, wire

ORDERS = "edifact/D96A/ORDERS"
PARTIES = (
    "one buyer <-> group NAD+BY part party\none supplier <-> group NAD+SU part party\n"
    "part party\n    name <-> NAD.3036#1\n    vat_id <-> RFF+VA.1154"
)


def rows(found: Any) -> list[tuple[str, str, str]]:
    return [(one.field, one.wire, one.origin) for one in found.rows()]


def test_an_overlay_of_one_party_leaves_the_others_alone(make: Make) -> None:
    found = make(ORDERS, PARTIES, "replace buyer.vat_id <-> RFF+XA.1154\ndrop supplier.name")
    assert rows(found) == [
        ("buyer", "group NAD+BY", "base"),
        ("buyer.name", "NAD.3036#1", "base"),
        ("buyer.vat_id", "RFF+XA.1154", "replace"),
        ("supplier", "group NAD+SU", "base"),
        ("supplier.vat_id", "RFF+VA.1154", "base"),
    ]


def test_an_overlay_adds_blocks_with_parts_of_the_base(make: Make) -> None:
    overlay = (
        "add one carrier <-> group NAD+CA part party\nadd lines.note <-> FTX+LIN.4440#1\n"
        "require lines.number\nadd carrier.gln <-> NAD.3039"
    )
    base = "each lines <-> group LIN\n    number <-> LIN.1082\n" + PARTIES
    found = make(ORDERS, base, overlay)
    assert ("carrier.name", "NAD.3036#1", "base") in rows(found)
    assert ("carrier.gln", "NAD.3039", "add") in rows(found)
    assert ("lines.note", "FTX+LIN.4440#1", "add") in rows(found)
    assert ("lines.number", "LIN.1082", "require") in rows(found)


def test_an_overlay_reaches_into_trees() -> None:
    overlay = MAPS / "856-partner.map"
    found, problems = Maps(LIBRARY, None, [MAPS], documents={}).load("856.map", overlay)
    assert found is not None, [str(one) for one in problems]
    found_rows = rows(found)
    assert ("packages.sscc", "MAN*CP.02", "replace") in found_rows
    assert ("packages.items.order.number", "REF*PO.02", "replace") in found_rows
    assert ("packages.items.batch", "LIN[235=LT].234", "add") in found_rows
    assert ("delivery.on", "DTM*002.02", "replace") in found_rows
    assert ("ship_to.gln", "N1[66=9].67", "replace") in found_rows


def test_codes_of_a_partner_come_first(make: Make, tmp_path: Path) -> None:
    (tmp_path / "unit.csv").write_text("canonical,edifact\npiece,ST\nbox,CT\n")
    found = make(ORDERS, "u <-> BGM.1004 codes unit", "codes unit from unit.csv")
    assert wire(found.write({"u": "piece"})[0]) == "BGM++ST"
    body = "BGM++{}'DTM+137:1'LIN+1'UNS+S'"
    assert found.read(tree(found, body.format("PCE"), clean=False))[0] == {"u": "piece"}
    assert found.read(tree(found, body.format("CT"), clean=False))[0] == {"u": "box"}
    configured = make(ORDERS, "u <-> BGM.1004 codes unit", codes={"unit": tmp_path / "unit.csv"})
    assert wire(configured.write({"u": "box"})[0]) == "BGM++CT"


HL = "BSN*00*1*20240101*1200~HL*1**S~{}CTT*{}~"
BROKEN = [
    ("HL*2*9*P~MAN*GM*1~", "E430"),
    ("HL*2*3*P~MAN*GM*1~HL*3*2*P~MAN*GM*2~", "E431"),
    ("HL*1**P~MAN*GM*1~", "E432"),
    ("HL*2*1*X~MAN*GM*1~", "E433"),
    ("HL*2*1*I~LIN**UP*1~SN1**1~HL*3*2*I~LIN**UP*2~SN1**1~", "E433"),
]


@pytest.mark.parametrize(("levels", "code"), BROKEN)
def test_a_broken_tree_is_told(levels: str, code: str) -> None:
    found = compiled("856.map")
    count = levels.count("HL*") + 1
    _, problems = found.read(tree(found, HL.format(levels, count), clean=False))
    assert code in {one.code for one in problems}
    assert all(one.place.segment for one in problems)


def test_items_without_package_stand_in_a_package_without_fields() -> None:
    found = compiled("856.map")
    body = HL.format("HL*2*1*O~PRF*A~HL*3*2*I~LIN**UP*1~SN1**1~HL*4*2*I~LIN**UP*2~SN1**1~", 4)
    document, problems = found.read(tree(found, body, clean=False))
    assert problems == []
    assert [len(one["items"]) for one in document["packages"]] == [2]
    assert "HL*3*2*I*0" in wire(found.write(document)[0])


def test_unpacked_items_of_two_orders_stand_below_their_orders() -> None:
    items = [{"quantity": 1, "order": {"number": number}} for number in ("A", "B")]
    unpacked = {"number": "1", "packages": [{"items": items}]}
    written, problems = compiled("856.map").write(unpacked)
    assert "V515" not in {one.code for one in problems}
    assert wire(written).count("PRF*") == 2


def test_a_very_deep_tree_is_a_problem_and_no_crash() -> None:
    found = compiled("desadv.map")
    levels = "".join(f"CPS+{index}+{index - 1 or ''}'" for index in range(1, 400))
    body = f"BGM+351+1+9'DTM+137:20240101:102'{levels}"
    _, problems = found.read(tree(found, body, clean=False))
    assert "E431" in {one.code for one in problems}


EVIL = [
    'number <-> BGM.1004 default "\\"); import os; os.system(\\"x"',
    'number <-> BGM.1004 default "{__import__(1)}"',
    "join(\"'+exec(1)+'\", FTX+PUR.4440#*) <- BGM.1004",
    "n <- join(\"'+exec(1)+'\", FTX+PUR.4440#*)",
    "n <- concat(BGM.1004, \"{x}\\n\\x1d'''\")",
    "__class__ <-> BGM.1004",
    "a']=1;x['b <-> BGM.1004",
    'n <-> RFF+{__import__("os")}.1154',
    "n <-> RFF+'+exec('1')+'.1154",
    '"{o}" -> BGM.1004',
    "n <-> BGM.1004\nm <-> RFF+CT.1154 when n = \"' or exec(1) or '\"",
]


@pytest.mark.parametrize("text", EVIL)
def test_text_of_a_map_never_becomes_code(tmp_path: Path, text: str) -> None:
    path = tmp_path / "evil.map"
    path.write_text(f"map canonical/thing <-> {ORDERS}\n{text}\n")
    found, problems = Maps(LIBRARY, None, [tmp_path], documents={}).load(path)
    if found is None:
        assert problems
        return
    body = "BGM+220+1+9'DTM+137:20240131:102'FTX+PUR+++a:b'LIN+1'UNS+S'"
    document, _ = found.read(tree(found, body))
    found.write(document)
    names = compile(found.source, "map", "exec").co_names
    assert all(name.startswith(("read_", "write_")) for name in names)


def test_generated_code_sees_no_builtins_but_a_few() -> None:
    names = compiled("orders.map")._read.__globals__["__builtins__"]
    assert set(names) == {
        "enumerate", "filter", "len", "list", "bool", "KeyError", "TypeError",
    }  # fmt: skip


def test_a_changed_file_is_compiled_anew(tmp_path: Path) -> None:
    path = tmp_path / "one.map"
    path.write_text(f"map canonical/thing <-> {ORDERS}\na <-> BGM.1004\n")
    maps = Maps(LIBRARY, None, [tmp_path], documents={})
    first, _ = maps.load("one.map")
    assert first is maps.load("one.map")[0]
    path.write_text(f"map canonical/thing <-> {ORDERS}\nbb <-> BGM.1004\n")
    os.utime(path, ns=(1, 1))
    second, _ = maps.load("one.map")
    assert second is not None
    assert [one.field for one in second.rows()] == ["bb"]


def test_comments_need_a_blank_before_them() -> None:
    text = (
        "# head\nmap canonical/thing <-> edifact/D96A/ORDERS  # why\n\n"
        'a  <->  NAD+BY.3036#1  default "# no"   # comment\n# b <-> X\n'
    )
    found, problems = parse(text, "x.map")
    assert problems == []
    (row,) = found.statements
    assert row.right.text == "NAD+BY.3036#1"
    assert row.modifiers.default.text == "# no"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "map\n",
        "\x00",
        "map canonical/a <-> b\n" + "(" * 2000,
        "part\n\tx",
        "[" * 500,
        "map canonical/a <-> b/c\nn <- " + "first(" * 3000,
        "map canonical/a <-> b/c\nn <- X when " + "(" * 3000,
        "map canonical/a <-> b/c\n"
        + "\n".join("    " * d + "one a <-> group B" for d in range(99)),
    ],
)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    _, problems = parse(text, "x.map")
    assert all(str(one) for one in problems)


def test_a_tree_stands_in_records_too(make: Make) -> None:
    rows_ = (
        "nest packages <-> group line  id pos  parent unit\n    sscc <-> ean\n"
        "    quantity <-> qty decimal"
    )
    found = make("csv/order", rows_)
    document: dict[str, Any] = {
        "packages": [
            {"sscc": "1", "packages": [{"sscc": "2"}, {"sscc": "3", "packages": [{"sscc": "4"}]}]},
            {"sscc": "5"},
        ]
    }
    record, problems = found.write(document)
    assert problems == []
    assert isinstance(record, Record)
    told = [(one.fields["pos"], one.fields.get("unit", "")) for one in record.kids["line"]]
    assert told == [("1", ""), ("2", "1"), ("3", "1"), ("4", "3"), ("5", "")]
    assert found.read(record) == (document, [])
    assert found.unread(record) == []
    record.kids["line"][1].fields["unit"] = "9"
    _, problems = found.read(record)
    assert [one.code for one in problems] == ["E430"]


def test_what_no_row_writes_is_told() -> None:
    document = {
        "number": "1",
        "extra": {"erp:x": "1"},
        "delivery": {"on": "d", "latest": "l"},
        "buyer": {"name": "A", "contact": {"name": "N", "email": "e"}, "ids": ("1", "2")},
        "lines": [{"number": "1", "colour": "red", "references": [{"kind": "a", "date": "b"}]}],
    }
    told = [str(one) for one in compiled("orders.map").unwritten(document)]
    assert [one.split()[1] for one in told] == [
        "extra.erp:x",
        "delivery.latest",
        "buyer.contact.email",
        "buyer.ids",
        "lines[1].colour",
        "lines[1].references[1].date",
    ]
    assert told[3] == "V513 buyer.ids holds 2 entries, which no row of the map writes  [buyer.ids]"
    shipment = {
        "number": "1",
        "ship_to": {"name": "x", "city": "y"},
        "packages": [
            {"packages": [{"weight": 1, "items": [{"order": {"number": "1", "line": "2"}}]}]}
        ],
    }
    told = [str(one) for one in compiled("856.map").unwritten(shipment)]
    assert [one.split()[1] for one in told] == [
        "ship_to.city",
        "packages[1].packages[1].weight",
        "packages[1].packages[1].items[1].order.line",
    ]


def test_an_overlay_must_be_one_of_this_map(tmp_path: Path) -> None:
    other = tmp_path / "other.map"
    other.write_text("overlay invoices.map\ndrop number\n")
    maps = Maps(LIBRARY, None, [tmp_path, MAPS], documents={})
    for change in (other, MAPS / "desadv.map"):
        found, problems = maps.load("orders.map", change)
        assert found is None
        assert [one.code for one in problems] == ["M306"]


def test_a_map_that_was_missing_is_found_when_it_comes(tmp_path: Path) -> None:
    maps = Maps(LIBRARY, None, [tmp_path], documents={})
    assert [one.code for one in maps.load("late.map")[1]] == ["M306"]
    (tmp_path / "late.map").write_text(f"map canonical/thing <-> {ORDERS}\nn <-> BGM.1004\n")
    assert maps.load("late.map")[0] is not None


def test_a_tree_of_another_directory_is_refused(make: Make) -> None:
    newer = make(ORDERS, "n <-> BGM.1004", standard="edifact/D01B/ORDERS")
    message = tree(newer, "BGM+220+1+9'DTM+137:20240131:102'LIN+1'UNS+S'")
    with pytest.raises(ValueError, match="D01B"):
        compiled("orders.map").read(message)
