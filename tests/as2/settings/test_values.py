"""The small types of the settings: what is taken can be sent, and compared, later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.channels.as2.mime.headers import head_of
from gateway.config.as2 import As2Http
from gateway.config.as2values import (
    Address,
    As2Id,
    HeaderName,
    HeaderText,
    MediaType,
    MessageId,
    Since,
)
from gateway.config.secrets import PlainSecretError


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (HeaderName, "X!y"),
        (HeaderName, "1X"),
        (HeaderName, "X_Site"),
        (HeaderText, "one\n"),
        (MediaType, "application/x\n; y=z"),
        (Address, "https://bücher.example/x"),
        (Address, "https://edi.example\x01/"),
        (Address, "https://me@edi.example/"),
        (As2Id, "ACME\n"),
        (MessageId, "<{token}>@{host}>"),
        (MessageId, "<{token}@{host}>\n"),
        (MessageId, "<>{token}"),
        (Since, datetime(2026, 3, 1, 8, tzinfo=UTC).replace(tzinfo=None)),
        (Since, "2026-03-01T08:00"),
    ],
)
def test_a_value_that_would_fail_later_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises((ValidationError, PlainSecretError)):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (HeaderName, "X-Site"),
        (HeaderText, "one, two"),
        (MediaType, "application/x; charset=utf-8"),
        (Address, "https://edi.example:8443/as2/mdn?id=1"),
        (As2Id, 'ACME "EDI" \\1'),
        (MessageId, "<as2-{token}@{host}>"),
    ],
)
def test_a_value_that_is_taken_can_be_sent(kind: Any, value: str) -> None:
    taken = TypeAdapter(kind).validate_python(value)
    assert taken == value
    assert head_of([(taken, "x") if kind is HeaderName else ("X", taken)]).isascii()


def test_an_instant_keeps_its_zone() -> None:
    written = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert TypeAdapter(Since).validate_python(written) == written


def test_a_header_that_the_gateway_makes_cannot_be_set() -> None:
    with pytest.raises(ValidationError, match="Subject is made by the gateway"):
        As2Http.model_validate({"headers": {"Subject": "x"}})
