"""The exported JSON Schema agrees with what ``gateway check`` says, as an editor would read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from gateway.config.schema import NAMES, schema

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"


class Editor(yaml.SafeLoader):
    """YAML 1.2 with its core schema, as editors read it."""


Editor.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    Editor.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first)
    )
Editor.add_constructor(
    "tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node), 10)
)


@pytest.fixture(scope="module")
def validators() -> dict[str, Draft202012Validator]:
    return {name: Draft202012Validator(schema(name)) for name in NAMES}


def errors(validator: Draft202012Validator, text: str) -> list[str]:
    return [error.json_path for error in validator.iter_errors(yaml.load(text, Loader=Editor))]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def _examples() -> list[tuple[str, Path]]:
    found = []
    here = Path(__file__).parent
    for folder in (ROOT, ROOT / "demo", here / "workspace", here / "shops" / "workspace"):
        found += [("gateway", folder / "gateway.yaml"), ("own", folder / "partners" / "_own.yaml")]
        found += [("partner", each) for each in sorted(folder.glob("partners/*/partner.yaml"))]
        found += [("like", each) for each in sorted(folder.glob("partners/_like/*.yaml"))]
        found += [("shop", each) for each in sorted(folder.glob("shops/*/shop.yaml"))]
    return [(name, file) for name, file in found if file.is_file()]


@pytest.mark.parametrize(("name", "file"), _examples(), ids=lambda each: str(each)[-50:])
def test_the_examples_are_not_underlined(
    validators: dict[str, Draft202012Validator], name: str, file: Path
) -> None:
    assert errors(validators[name], file.read_text(encoding="utf-8")) == []


PARTNER = """
partner: acme
name: 4711
identities:
  gln: 0012345000003
  edifact: {id: 4012345000009, qualifier: 14}
  x12: {id: 01, qualifier: NO}
channels: {main: {kind: folder, receive: {folder: in, stable_for: 2s}, send: {folder: out}}}
syntax: {x12: {version: 00401}}
agreements:
  - {document: order, direction: inbound, standard: X12 004010, acknowledge: {syntax: 997}}
"""


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("partner: acme", "partner: acme", None),
        ("syntax: 997", "syntax:", None),
        (", standard: X12 004010", "", None),
        ("kind: folder, ", "", None),
        ("agreements:", "like: retail\nagreements:", None),
        ("partner: acme", "partner: Acme", "$.partner"),
        ("document: order", "document: orders", "$.agreements[0].document"),
        ("document: order, ", "", "$.agreements[0]"),
        ("standard: X12 004010", "standard: EDIFACT 96A", "$.agreements[0].standard"),
        ("stable_for: 2s", "stable_for: 2", "$.channels.main.receive.stable_for"),
        ("qualifier: 14", "qualifyer: 14", "$.identities.edifact"),
        ("kind: folder", "kind: pigeon", "$.channels.main.kind"),
        ("main:", "Main:", "$.channels"),
        ("syntax: 997", "syntax: 998", "$.agreements[0].acknowledge.syntax"),
        ("name: 4711", "name: [1]", "$.name"),
        ("name: 4711", "colour: red", "$"),
    ],
)
def test_what_is_wrong_is_underlined_and_nothing_else(
    validators: dict[str, Draft202012Validator], old: str, new: str, where: str | None
) -> None:
    assert old in PARTNER
    found = set(errors(validators["partner"], PARTNER.replace(old, new, 1)))
    assert found == (set() if where is None else {where})


SHOP = """
shop: web-shop
name: 4711
kind: woocommerce
woocommerce: {url: https://shop.example.com, key: "${env:K}", secret: "${env:S}"}
poll: {every: 5m, since: 2026-01-31}
tax: {rates: {FR: [20, 5.5]}}
send: {stock: {packs: {TEE-3: 3}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("poll:", "poll:", None),
        ("kind: woocommerce", "kind: woo", "$.kind"),
        ("every: 5m", "every: 5", "$.poll.every"),
        ('"${env:K}"', "plain", "$.woocommerce.key"),
        ("[20, 5.5]", "[200]", "$.tax.rates.FR[0]"),
        ("FR: [20", "fr: [20", "$.tax.rates"),
        ("TEE-3: 3", "TEE-3: 0", "$.send.stock.packs['TEE-3']"),
        ("stock:", "stocks:", "$.send"),
    ],
)
def test_the_settings_of_a_shop_are_underlined_as_well(
    validators: dict[str, Draft202012Validator], old: str, new: str, where: str | None
) -> None:
    assert old in SHOP
    found = set(errors(validators["shop"], SHOP.replace(old, new, 1)))
    assert found == (set() if where is None else {where})


def test_parents_hold_what_partners_can_share(validators: dict[str, Any]) -> None:
    text = "channels: {main: {sftp: {host: h}}}\nagreements: [{direction: inbound}]\n"
    assert errors(validators["like"], text) == []
    assert errors(validators["like"], "identities: {}\nname: x") == ["$"]
    own = "name: us\nidentities: {gln: 4098765000003}\ndefaults:\n  references: {gap: warn}\n"
    assert errors(validators["own"], own) == []
    assert errors(validators["own"], own.replace("warn", "ignore")) == ["$.defaults.references.gap"]
