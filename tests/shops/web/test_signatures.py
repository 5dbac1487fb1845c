"""Who has signed: vectors of a real shop, and of the forms that others use."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.connector import Visit
from gateway.channels.shops.signatures import (
    hmac_proof,
    spelled,
    standard_key,
    standard_proof,
    values,
)
from tests.shops.web.world import LIVE, OLD, SECRET, live, signed

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
WOO, SHOPIFY = "X-WC-Webhook-Signature", "X-Shopify-Hmac-SHA256"
APP = b"cl1ent-secret-of-an-app"
BODY = b'{"scope":"store/order/updated","data":{"type":"order","id":250}}'


def visit(body: bytes, *headers: tuple[str, str], at: datetime = NOW) -> Visit:
    return Visit(headers, body, at)


# ---- HMAC of the body


@pytest.mark.parametrize("number", ["0008", "0011", "0014", "0042"])
def test_webhooks_of_a_real_shop_are_genuine(number: str) -> None:
    body, headers = live(number)
    call = visit(body, *headers.items())
    assert hmac_proof(call, WOO, [LIVE]) == "genuine"
    assert hmac_proof(call, WOO, [SECRET, LIVE]) == "genuine", "an old and a new secret"
    assert hmac_proof(call, WOO, [SECRET]) == "forged"
    assert hmac_proof(visit(body + b" ", *headers.items()), WOO, [LIVE]) == "forged"


def test_a_known_vector() -> None:
    """RFC 4231 test case 2, in both forms."""
    data = b"what do ya want for nothing?"
    known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert spelled(b"Jefe", data, "hex") == known
    assert base64.b64decode(spelled(b"Jefe", data)).hex() == known


@pytest.mark.parametrize(
    ("given", "proof"),
    [
        (signed(b"x"), "genuine"),
        (signed(b"x", OLD), "genuine"),
        (f"  {signed(b'x')} ", "genuine"),
        (signed(b"y"), "forged"),
        (signed(b"x")[:-1], "forged"),
        (signed(b"x").rstrip("="), "forged"),
        (signed(b"x").lower(), "forged"),
        (base64.b64decode(signed(b"x")).hex(), "forged"),
        ("", "forged"),
        ("é" * 44, "forged"),
        ("\udcff", "forged"),
    ],
)
def test_signatures_of_shopify(given: str, proof: str) -> None:
    assert hmac_proof(visit(b"x", (SHOPIFY, given)), SHOPIFY, [SECRET, OLD]) == proof


def test_hex_where_a_platform_writes_hex() -> None:
    given = hmac.digest(SECRET.encode(), b"x", "sha256").hex()
    assert hmac_proof(visit(b"x", ("X-Sig", given)), "x-sig", [SECRET], form="hex") == "genuine"


def test_no_header_is_unsigned_and_two_are_forged() -> None:
    right = (SHOPIFY, signed(b"x"))
    assert hmac_proof(visit(b"x"), SHOPIFY, [SECRET]) == "unsigned"
    assert hmac_proof(visit(b"x", right, right), SHOPIFY, [SECRET]) == "forged"
    assert hmac_proof(visit(b"x", right, (SHOPIFY.lower(), "a")), SHOPIFY, [SECRET]) == "forged"


def test_an_empty_secret_signs_nothing() -> None:
    given = (SHOPIFY, signed(b"x", ""))
    assert hmac_proof(visit(b"x", given), SHOPIFY, [""]) == "forged"
    assert hmac_proof(visit(b"x", given), SHOPIFY, []) == "forged"


@settings(max_examples=20)
@given(body=st.binary(max_size=200), other=st.binary(max_size=200), secret=st.text(min_size=1))
def test_only_the_same_bytes_are_genuine(body: bytes, other: bytes, secret: str) -> None:
    secret = secret.encode("utf-8", "replace").decode()
    call = visit(other, (SHOPIFY, signed(body, secret)))
    assert (hmac_proof(call, SHOPIFY, [secret]) == "genuine") is (body == other)


# ---- Standard Webhooks


def standard(
    body: bytes = BODY,
    *,
    key: bytes = APP,
    at: datetime = NOW,
    id_: str = "msg_1",
    stamp: str | None = None,
) -> list[tuple[str, str]]:
    stamp = str(int(at.timestamp())) if stamp is None else stamp
    signature = spelled(key, f"{id_}.{stamp}.".encode() + body)
    return [
        ("webhook-id", id_),
        ("webhook-timestamp", stamp),
        ("webhook-signature", f"v1,{signature}"),
    ]


def test_the_vector_of_the_specification() -> None:
    """The example that the libraries of Standard Webhooks test themselves with."""
    key = standard_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert key is not None
    body, at = b'{"test": 2432232314}', datetime.fromtimestamp(1_614_265_330, UTC)
    headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]
    assert standard_proof(visit(body, *headers, at=at), [key]) == "genuine"


def test_the_client_secret_of_bigcommerce_signs_as_it_is() -> None:
    """Its secret of Standard Webhooks is the base64 of the client secret."""
    assert standard_key(base64.b64encode(APP).decode()) == APP
    assert standard_proof(visit(BODY, *standard()), [b"another", APP]) == "genuine"


def test_one_of_several_signatures_is_enough() -> None:
    headers = dict(standard())
    headers["webhook-signature"] = f"v1a,xyz v1,AAAA {headers['webhook-signature']}"
    assert standard_proof(visit(BODY, *headers.items()), [APP]) == "genuine"
    headers["webhook-signature"] = "v1,AAAA " * 40 + headers["webhook-signature"]
    assert standard_proof(visit(BODY, *headers.items()), [APP]) == "forged", "there are limits"


@pytest.mark.parametrize(
    ("seconds", "proof"),
    [(0, "genuine"), (300, "genuine"), (-300, "genuine"), (301, "stale"), (-301, "stale")],
)
def test_what_is_replayed_later_is_stale(seconds: int, proof: str) -> None:
    call = visit(BODY, *standard(), at=NOW + timedelta(seconds=seconds))
    assert standard_proof(call, [APP]) == proof


@pytest.mark.parametrize("stamp", ["", "now", "-5", "1e9", "١٢٣", "9" * 400])
def test_a_time_that_is_none_is_stale_only_when_it_is_signed(stamp: str) -> None:
    assert standard_proof(visit(BODY, *standard(stamp=stamp)), [APP]) == "stale"
    assert standard_proof(visit(BODY, *standard(stamp=stamp)), [b"other"]) == "forged"


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_needed_once(name: str) -> None:
    headers = standard()
    twice = [*headers, (name, dict(headers)[name])]
    assert standard_proof(visit(BODY, *twice), [APP]) == "forged"
    without = [each for each in headers if each[0] != name]
    wanted = "unsigned" if name == "webhook-signature" else "forged"
    assert standard_proof(visit(BODY, *without), [APP]) == wanted


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp"])
def test_id_and_time_are_signed_too(changed: str) -> None:
    headers = dict(standard())
    headers[changed] = str(int(NOW.timestamp()) + 1)
    assert standard_proof(visit(BODY, *headers.items()), [APP]) == "forged"


@pytest.mark.parametrize("text", ["whsec_", "", "no base64!", "whsec_é"])
def test_what_is_no_secret(text: str) -> None:
    assert standard_key(text) is None


def test_headers_in_any_case() -> None:
    assert values(visit(b"", ("A-b", " 1 "), ("a-B", "2")), "a-b") == ["1", "2"]
