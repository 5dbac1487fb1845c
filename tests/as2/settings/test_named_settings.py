"""Remedies of AS2 name settings as they are written: somebody will look for them."""

from __future__ import annotations

import re

import pytest

from gateway.channels.as2.mdn.answers import REMEDIES
from gateway.config.as2 import As2Http, As2Receive, As2Send, Quirks, Receipt, Trust
from gateway.config.operation import Http
from gateway.problems.codes import (
    as2_alarms,
    as2_cms,
    as2_exchange,
    as2_mdn,
    as2_message,
    as2_sending,
    as2_settings,
)

GROUPS = {
    "send": {*As2Send.model_fields},
    "receive": {*As2Receive.model_fields},
    "receipt": {*Receipt.model_fields},
    "http": {*As2Http.model_fields, *Http.model_fields},
    "quirks": {*Quirks.model_fields},
    "trust": {*Trust.model_fields},
}
NAMED = re.compile(rf"\b({'|'.join(GROUPS)})\.(\w+)")
TABLES = (as2_alarms, as2_cms, as2_exchange, as2_mdn, as2_message, as2_sending, as2_settings)
TEXTS = {
    **{each.code: f"{each.sentence} {each.why} {each.remedy}" for t in TABLES for each in t.CODES},
    **{f"receipt says {said!r}": remedy for said, (_, remedy) in REMEDIES.items()},
}


@pytest.mark.parametrize("where", TEXTS)
def test_a_setting_is_named_as_it_is_written(where: str) -> None:
    text = TEXTS[where]
    assert [name for group, name in NAMED.findall(text) if name not in GROUPS[group]] == []
    assert "policy:" not in text


def test_settings_are_named_at_all() -> None:
    assert sum(bool(NAMED.search(text)) for text in TEXTS.values()) > 20
