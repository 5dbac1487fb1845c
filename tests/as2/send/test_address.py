"""Addresses out of messages: only what was agreed is called, however it is spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.http.address import allowed, read

AGREED = ("https://as2.example.com/mdn", "http://10.1.2.3:8080/")


@pytest.mark.parametrize(
    "url",
    [
        "https://as2.example.com/mdn",
        "https://AS2.Example.COM:443/mdn",
        "https://as2.example.com./mdn",
        "https://as2.example.com/mdn/4711",
        "https://as2.example.com/mdn?id=4711&to=" + "x" * 200,
        "http://10.1.2.3:8080/anything",
    ],
)
def test_what_was_agreed(url: str) -> None:
    assert allowed(url, AGREED)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mailto:somebody@example.com",
        "ftp://as2.example.com/mdn",
        "http://as2.example.com/mdn",
        "https://as2.example.com:8443/mdn",
        "https://as2.example.com/mdnx",
        "https://as2.example.com/",
        "https://as2.example.com.evil.example/mdn",
        "https://evil.example/https://as2.example.com/mdn",
        "https://as2.example.com@evil.example/mdn",
        "https://user:password@as2.example.com/mdn",
        "https://as2.example.com\\@evil.example/mdn",
        "https://as2.example.com/mdn/../admin",
        "https://as2.example.com/mdn/%2e%2e/admin",
        "https://as2.example.com/mdn/..%2fadmin",
        "https://as2.example.com/mdn//evil.example",
        "https://as2.example.com/mdn#x",
        "https://as2.example.com/mdn\r\nX: y",
        "https://as2.example.com/mdn x",
        "//as2.example.com/mdn",
        "https:///mdn",
        "https://as2.example.com:99999/mdn",
        "http://10.1.2.3/",
        "http://[::ffff:10.1.2.3]:8080/",
        "http://0x0a010203:8080/",
        "http://169.254.169.254/latest/meta-data",
        "https://as2.example.com/mdn" + "x" * 3000,
    ],
)
def test_what_was_not(url: str) -> None:
    assert not allowed(url, AGREED)


def test_an_agreed_query_has_to_be_there() -> None:
    agreed = ["https://as2.example.com/in?box=7"]
    assert allowed("https://as2.example.com/in?box=7", agreed)
    assert not allowed("https://as2.example.com/in?box=8", agreed)
    assert not allowed("https://as2.example.com/in/more?box=7", agreed)


def test_without_agreed_addresses_nothing_is_called() -> None:
    assert not allowed("https://as2.example.com/mdn", ())
    assert not allowed("https://as2.example.com/mdn", ("https://",))


@given(st.text(max_size=60))
def test_nothing_raises(text: str) -> None:
    allowed(text, AGREED)
    allowed(f"https://as2.example.com/mdn{text}", AGREED)
    allowed(f"https://{text}", (text,))


@given(st.text(alphabet=r"aB.:/@\%#?[]0 ", max_size=20))
def test_what_is_allowed_is_the_agreed_server(text: str) -> None:
    """Whatever stands around the host, the parts that are connected to are those agreed."""
    url = f"https://as2.example.com{text}/mdn"
    if allowed(url, AGREED):
        found = read(url)
        assert found is not None
        assert (found.host, found.port) == ("as2.example.com", 443)


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1]evil.example/mdn",
        "http://[::1]evil.example:80/mdn",
        "http://evil.example[::1]/mdn",
        "https://as2.example.com:0/mdn",
        "https://as2.example.com:443:444/mdn",
    ],
)
def test_what_two_programs_read_in_two_ways_is_no_address(url: str) -> None:
    assert read(url) is None
