"""Names that any ERP can read and that never leave their folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.folder.names import LONGEST, file_name, is_temporary, shown, with_suffix

TEMPLATE = "{document}_{partner}_{number}_{seq}.{ext}"


def facts(number: str) -> dict[str, str]:
    return {"document": "order", "partner": "acme", "number": number, "seq": "000007", "ext": "csv"}


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("4711", "order_acme_4711_000007.csv"),
        ("4711/A", "order_acme_4711-A_000007.csv"),
        ("../../etc/passwd", "order_acme_etc-passwd_000007.csv"),
        ("Größe Ø", "order_acme_Grosse-O_000007.csv"),
        ("", "order_acme_000007.csv"),
        ("中文", "order_acme_000007.csv"),
        ("a\x00b\nc", "order_acme_a-b-c_000007.csv"),
    ],
)
def test_a_number_becomes_part_of_a_name(number: str, name: str) -> None:
    assert file_name(TEMPLATE, facts(number)) == name


def test_names_of_devices_are_no_files() -> None:
    assert file_name("{number}.{ext}", facts("con")) == "file-con.csv"
    assert file_name("{number}.{ext}", facts("...")) == "csv"


@given(st.text(), st.sampled_from([TEMPLATE, "{number}.{ext}", "{number}", "{unknown}{number}.x"]))
def test_every_name_stays_in_its_folder(number: str, template: str) -> None:
    name = file_name(template, facts(number))
    assert name
    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>| \0')
    assert not name.startswith((".", "-"))
    assert len(name) <= LONGEST


@pytest.mark.parametrize(
    "name", [".x.csv", "a.tmp", "a.csv.PART", "a.filepart", "~lock", "a.csv~", "x.lock"]
)
def test_what_somebody_still_writes_is_left_alone(name: str) -> None:
    assert is_temporary(name)
    assert not is_temporary("orders.csv")


def test_bytes_that_are_no_text_can_be_shown() -> None:
    assert shown(b"a\xff\n.edi".decode("utf-8", "surrogateescape")) == "a��.edi"


def test_a_second_file_of_a_name() -> None:
    assert with_suffix("a.b.csv", 2) == "a.b-2.csv"
    assert with_suffix("ü" * 125 + ".csv", 12) == "ü" * 124 + "-12.csv"
