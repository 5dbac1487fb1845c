"""Maps row by row, code lists, guides, code and certificates: said once for all they touch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.config.difference import HOUSE, Agreed
from tests.pipeline.shop import ROOT, WITHOUT_NOTE
from tests.plan.desk import ACME, TEXT, Desk

ORDERS_MAP = (ROOT / "mappings/edifact/orders.map").read_text(encoding="utf-8")
UNITS = (ROOT / "mappings/codes/unit.csv").read_text(encoding="utf-8")
GUIDE = (ROOT / "partners/acme-retail/guides/orders.yaml").read_text(encoding="utf-8")
ORDER = Agreed("acme-retail", "order", "inbound")
FAR = TEXT.replace("partner: acme-retail", "partner: contoso-foods").replace(
    "4012345000009", "4012345000030"
)


def test_an_overlay_is_told_by_the_rows_it_changes(desk: Desk) -> None:
    said = desk.said(WITHOUT_NOTE)
    assert said[0] == "+ agreements[order inbound].mapping own.map"
    assert said[1].startswith("- orders.map note FTX+PUR.4440")
    assert len(said) == 2
    assert {each.agreements for each in desk.edit({}).changes} == {(ORDER,)}


def test_a_map_that_several_partners_use_is_told_once(desk: Desk) -> None:
    far = FAR.replace("0001004711", "0001004713").replace("    guide: guides/orders.yaml", "#")
    both = Desk(desk.files.parent / "two", {"partners/contoso-foods/partner.yaml": far})
    edited = ORDERS_MAP.replace("RFF+CT.1154", "RFF+AAK.1154", 1)
    assert edited != ORDERS_MAP
    found = both.edit({"mappings/edifact/orders.map": edited})
    (change,) = found.changes
    assert (change.what, change.kind, change.partner) == ("map row", "changed", HOUSE)
    assert change.path.startswith("mappings/edifact/orders.map ")
    assert change.agreements == (ORDER, Agreed("contoso-foods", "order", "inbound"))
    assert change.place is not None
    assert change.place.line is not None


def test_a_comment_in_a_map_changes_nothing(desk: Desk) -> None:
    found = desk.edit({"mappings/edifact/orders.map": f"# a comment\n{ORDERS_MAP}"})
    (change,) = found.changes
    assert (change.what, change.note) == ("file", "means the same")
    assert found.decided == []


def test_rows_of_code_lists_touch_those_that_read_them_otherwise(desk: Desk) -> None:
    found = desk.edit({"mappings/codes/unit.csv": f"{UNITS}barrel,XX1,,Barrel\n"})
    (change,) = found.changes
    assert (change.what, change.kind, change.path) == ("code", "added", "mappings/codes/unit.csv "
                                                       "barrel")  # fmt: skip
    assert "edifact XX1" in change.after
    assert {each.partner for each in found.decided} == {"acme-retail"}  # X12 has no such code


def test_code_lists_of_a_partner(desk: Desk) -> None:
    text = TEXT + "codes: {unit: codes/unit.csv}\n"
    first = Desk(desk.files.parent / "own", {ACME: text, "partners/acme-retail/codes/unit.csv":
                                             "canonical,edifact\nbarrel,XX1\n"})  # fmt: skip
    found = first.edit({"partners/acme-retail/codes/unit.csv": "canonical,edifact\nbarrel,XX2\n"})
    (change,) = found.changes
    assert (change.partner, change.path) == ("acme-retail", "unit.csv barrel")
    assert change.values == "edifact XX1 -> edifact XX2"
    assert {each.partner for each in found.decided} == {"acme-retail"}


def test_a_format_of_the_erp_touches_those_that_have_it(desk: Desk) -> None:
    csv = (ROOT / "mappings/csv/invoice.map").read_text(encoding="utf-8")
    row = next(each for each in csv.splitlines() if "<->" in each and "note" in each)
    found = desk.edit({"mappings/csv/invoice.map": csv.replace(f"{row}\n", "")})
    (change,) = found.changes
    assert (change.what, change.kind) == ("map row", "removed")
    assert {(each.partner, each.document) for each in found.decided} == {
        ("acme-retail", "invoice"),
        ("northwind", "invoice"),
    }


def test_a_guide_says_what_breaks(desk: Desk) -> None:
    found = desk.edit({"partners/acme-retail/guides/orders.yaml": GUIDE.replace("1..17", "1..9")})
    assert found.changes
    assert {each.what for each in found.changes} == {"guide"}
    assert "breaking" in {each.note for each in found.changes}
    assert found.decided == [ORDER]


def test_a_guide_that_allows_more_is_compatible(desk: Desk) -> None:
    found = desk.edit({"partners/acme-retail/guides/orders.yaml": GUIDE.replace("1..17", "1..20")})
    assert [each.note for each in found.changes] == ["compatible"]


def test_code_that_will_run_is_named(desk: Desk) -> None:
    text = TEXT + "functions: functions.py\n"
    found = desk.edit({ACME: text, "partners/acme-retail/functions.py": "X = 1\n"})
    assert [(each.what, each.path, each.note) for each in found.changes] == [
        ("setting", "functions", ""),
        ("functions", "functions.py", "code that will run"),
    ]
    assert found.changes[1].values == "1 line more"
    assert len(found.decided) == 4


def test_a_certificate_says_whose_it_is_and_until_when(desk: Desk) -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "acme-retail")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, at, at + timedelta(730))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )
    (change,) = desk.edit({"partners/acme-retail/certs/2027.pem": made}).changes
    assert (change.what, change.path) == ("certificate", "certs/2027.pem")
    assert change.after.startswith("CN=acme-retail, SHA-256 ")
    assert change.after.endswith(", valid 2026-02-01 to 2028-02-01")


def test_a_private_key_is_never_compared(desk: Desk) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    assert desk.said({"partners/acme-retail/certs/ours.pem": key}) == []


def test_a_map_that_cannot_be_read_holds_messages(desk: Desk) -> None:
    found = desk.edit({"mappings/edifact/orders.map": "no map\n"})
    (change,) = found.changes
    assert (change.what, change.note) == ("map", "the map cannot be used: messages would be held")
    assert found.decided == [ORDER]
