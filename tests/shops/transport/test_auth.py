"""Signed requests, against examples that others published."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from gateway.channels.shops.auth import Basic, Header, OAuth1, signature_base

PHOTOS = "http://photos.example.net/photos"


def test_the_text_that_is_signed_is_that_of_the_standard() -> None:
    """RFC 5849 §3.4.1.1."""
    parameters = [
        ("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"), ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"), ("c2", ""), ("a3", "2 q"),
    ]  # fmt: skip
    assert signature_base("POST", "http://EXAMPLE.COM:80/request", parameters) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D"
        "%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3"
        "e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk"
        "9d7dh3k39sjv7"
    )


def test_a_signature_is_the_one_of_the_standard() -> None:
    """RFC 5849 §1.2: the photo of the vacation."""
    signer = OAuth1(
        lambda: "dpf43f3p2l4k3l03",
        lambda: "kd94hf93k423kf44",
        lambda: datetime.fromtimestamp(137131202, UTC),
        token=lambda: "nnch734d00sl2jdk",
        token_secret=lambda: "pfkkdhi9sl3r4s00",
        hash="sha1",
        nonce=lambda: "chapoH",
    )
    query = [("file", "vacation.jpg"), ("size", "original")]
    told = dict(signer.parameters("GET", PHOTOS, query))
    assert told["oauth_version"] == "1.0"
    # the example leaves that one out, so the signature is made without it here
    ours = [pair for pair in told.items() if pair[0] not in ("oauth_signature", "oauth_version")]
    base = signature_base("GET", PHOTOS, [*query, *ours])
    digest = hmac.new(b"kd94hf93k423kf44&pfkkdhi9sl3r4s00", base.encode(), hashlib.sha1).digest()
    assert base64.b64encode(digest).decode() == "MdpQcU8iPSUjWoN/UDMsK2sui9I="
    header = signer.headers("GET", PHOTOS, query)["Authorization"]
    assert header.startswith('OAuth oauth_consumer_key="dpf43f3p2l4k3l03", ')


def test_keys_stand_where_the_shop_looks_for_them() -> None:
    basic = Basic(lambda: "Aladdin", lambda: "open sesame")
    assert basic.headers("GET", "", ()) == {  # RFC 7617 §2
        "Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    }
    assert Header("X-Auth-Token", lambda: "k-1-9").headers("GET", "", ()) == {
        "X-Auth-Token": "k-1-9"
    }
