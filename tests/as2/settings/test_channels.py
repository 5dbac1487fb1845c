"""What a channel can do, whatever its kind."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.config.models import Channel

IN, OUT = {"receive": {"folder": "in"}}, {"send": {"folder": "out", "name": "{control}.edi"}}
AS2 = {"id": "ACME"}
SENDING = AS2 | {"url": "https://as2.acme.example/", "send": {"name": "{number}.edi"}}


@pytest.mark.parametrize(
    ("written", "receives", "sends", "template"),
    [
        ({"kind": "folder"} | IN, True, False, None),
        ({"kind": "folder"} | OUT, False, True, "{control}.edi"),
        ({"kind": "as2", "as2": AS2}, True, False, None),
        ({"kind": "as2", "as2": SENDING}, True, True, "{number}.edi"),
    ],
)
def test_a_channel_knows_what_it_can(
    written: dict[str, object], receives: bool, sends: bool, template: str | None
) -> None:
    channel = Channel.model_validate(written)
    assert (channel.receives, channel.sends, channel.name_template) == (receives, sends, template)


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "as2"},
        {"kind": "as2", "as2": AS2} | IN,
        {"kind": "folder", "as2": AS2},
    ],
)
def test_a_channel_is_of_one_kind(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="kind"):
        Channel.model_validate(written)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/",
        "https://u:p@x/",
        "//x/",
        "https://x/#a",
        "https://",
        "https://x y/",
        "https://x\\y/",
    ],
)
def test_an_address_of_receipts_has_one_meaning(url: str) -> None:
    with pytest.raises(ValidationError):
        Channel.model_validate({"kind": "as2", "as2": AS2 | {"receipt_urls": [url]}})


@pytest.mark.parametrize(
    "id_", ["ACME", "A B", 'a"b', "a\\b", "[<#;!>]", "x" * 128, "4012345000009"]
)
def test_any_id_of_the_rfc_can_be_written(id_: str) -> None:
    assert Channel.model_validate({"kind": "as2", "as2": {"id": id_}}).as2.id == id_  # type: ignore[union-attr]


@pytest.mark.parametrize("id_", ["", " ACME", "ACME ", "x" * 129, "Ä", "a\tb", "a\nb"])
def test_an_id_that_no_header_can_carry_is_refused(id_: str) -> None:
    with pytest.raises(ValidationError):
        Channel.model_validate({"kind": "as2", "as2": {"id": id_}})
