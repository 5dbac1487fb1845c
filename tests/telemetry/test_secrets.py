"""Secrets do not show, control characters do."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry import secrets
from gateway.telemetry.secrets import LONGEST, MASK, clean, clean_value, mask


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    before = (secrets._Registered.forms, secrets._Registered.pattern)
    yield
    secrets._Registered.forms, secrets._Registered.pattern = before


def test_a_registered_secret_never_shows() -> None:
    mask("hunter/2 and more")
    for text in (
        "cannot log in with hunter/2 and more today",
        "https://x.example/?key=1&p=hunter%2F2%20and%20more",
        "header " + base64.b64encode(b"hunter/2 and more").decode(),
    ):
        assert "hunter" not in clean(text)
        assert base64.b64encode(b"hunter/2 and more").decode() not in clean(text)
        assert MASK in clean(text)
    assert clean_value("note", OSError("refused: hunter/2 and more")) == f"OSError: refused: {MASK}"
    assert clean_value("note", {"a": ["hunter/2 and more", 1]}) == {"a": [MASK, 1]}


def test_a_key_of_many_lines_is_masked_by_line() -> None:
    mask("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nabc\n-----END KEY-----\n")
    assert clean("at line MIIEvQIBADANBgkqhkiG9w0BAQEFAASC") == f"at line {MASK}"
    assert clean("abc") == "abc"


def test_short_and_empty_secrets_do_not_hide_everything() -> None:
    for secret in ("", " ", "1", "abc"):
        mask(secret)
    assert clean("abc 1") == "abc 1"


def test_a_longer_secret_is_masked_whole() -> None:
    mask("tiger")
    mask("tigerlily")
    assert clean("a tigerlily") == f"a {MASK}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql+psycopg://edi:s3cr@t@db/edi", f"postgresql+psycopg://edi:{MASK}@db/edi"),
        ("host=db password=abc user=edi", f"host=db password={MASK} user=edi"),
        ("PGPASSWORD='a b c' x", f"PGPASSWORD={MASK} x"),
        ('{"client_secret": "abc", "n": 1}', f'{{"client_secret": {MASK}, "n": 1}}'),
        ("Authorization: Bearer ey.J0 and so on", f"Authorization: {MASK} and so on"),
        ("authorization: Basic QWxhZGRpbg==", f"authorization: {MASK}"),
        ("api-key=4711&x=1", f"api-key={MASK}&x=1"),
        ("http://host:80/path", "http://host:80/path"),
        ("the password was wrong", "the password was wrong"),
    ],
)
def test_telling_keys_in_text(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize("key", ["password", "smtp_password", "Secret", "authorization", "api_key"])
def test_telling_keys_of_facts(key: str) -> None:
    assert clean_value(key, "abc") == MASK
    assert clean_value(key, 4711) == MASK
    assert clean_value(key, None) is None


def test_what_cannot_be_printed_is_spelled_out() -> None:
    assert clean("a\nb\x1b[31mc\u202ed\u2028e\udcff") == ("a\\nb\\x1b[31mc\\u202ed\\u2028e\\udcff")
    assert clean("Zürich – 東京 ✓") == "Zürich – 東京 ✓"


def test_endless_text_is_cut_and_no_secret_halved() -> None:
    mask("S" * 40)
    text = "x" * (LONGEST - 20) + "S" * 40 + "y" * LONGEST
    shown = clean(text)
    assert "SS" not in shown
    assert len(shown) < LONGEST + 40
    assert shown.endswith(f"({len(text)} characters)")


@given(st.text(), st.text(min_size=secrets.SHORTEST, max_size=30))
def test_clean_is_printable_and_holds_no_secret(text: str, secret: str) -> None:
    before = (secrets._Registered.forms, secrets._Registered.pattern)
    try:
        mask(secret)
        shown = clean(text + secret + text)
        assert shown.isprintable()
        if secret.isprintable() and secret not in MASK * 3:
            assert secret not in clean(f"({secret})")
    finally:
        secrets._Registered.forms, secrets._Registered.pattern = before


@pytest.mark.parametrize("text", ["a" * 8_000, "-" * 8_000, "a:" * 4_000, "://a:" * 1_600])
def test_hostile_text_costs_little(text: str) -> None:
    import time  # noqa: PLC0415

    began = time.process_time()
    clean("=" + text)
    assert time.process_time() - began < 0.5
