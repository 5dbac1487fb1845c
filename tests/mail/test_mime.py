"""A mail is cut into its parts, whatever its sender's program made of it."""

from __future__ import annotations

import base64
import os
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.mail.attachments import attachments
from gateway.channels.mail.mime import BrokenMailError, parts, read_head
from tests.mail.letters import ORDER, mail, raw

EXAMPLES = int(os.environ.get("GATEWAY_MAIL_EXAMPLES", "20"))
HEAD = "From: edi@acme.example\nMIME-Version: 1.0\n"


def files(data: bytes) -> list[tuple[str, str, bytes]]:
    found, _ = attachments(parts(data), "a mail")
    return [(each.number, each.name, each.part.content()) for each in found]


def left(data: bytes) -> list[str]:
    return [found.code for found in attachments(parts(data), "a mail")[1]]


def part(headers: str, body: str = "order") -> bytes:
    """A mail with a text and one more part."""
    return raw(
        f"{HEAD}Content-Type: multipart/mixed; boundary=x\n\n"
        f"--x\nContent-Type: text/plain\n\nHello\n--x\n{headers}\n\n{body}\n--x--\n"
    )


def test_the_attachments_of_an_ordinary_mail() -> None:
    found = files(mail(("a.edi", ORDER), ("b.edi", b"\x00\xff\r\n")))
    assert found == [("2", "a.edi", ORDER), ("3", "b.edi", b"\x00\xff\r\n")]


def test_a_mail_that_is_nothing_but_the_file() -> None:
    data = raw(
        f"{HEAD}Content-Type: application/edifact; name=o.edi\n"
        f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(ORDER).decode()}\n"
    )
    assert files(data) == [("1", "o.edi", ORDER)]


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("Content-Disposition: attachment; filename=o.edi", "o.edi"),
        ('Content-Disposition: attachment; filename="order 4711.edi"', "order 4711.edi"),
        ("Content-Disposition: attachment; filename*=UTF-8''Bestellung%20%C3%84.edi", None),
        ('Content-Disposition: attachment; filename="=?utf-8?Q?Bestellung_=C3=84.edi?="', None),
        ('Content-Disposition: attachment; filename="=?utf-8?B?QmVzdGVsbHVuZyDDhC5lZGk=?="', None),
        (
            "Content-Disposition: attachment;\n filename*0*=UTF-8''Bestellung%20;\n"
            " filename*1*=%C3%84;\n filename*2=.edi",
            None,
        ),
        ('Content-Disposition: attachment; filename="Bestellung Ä.edi"', None),
        ('Content-Type: application/octet-stream; name="o.edi"', "o.edi"),
        (
            'Content-Type: application/octet-stream; name="=?iso-8859-1?Q?Bestellung_=C4.edi?="',
            None,
        ),
        ('Content-Disposition: inline; filename="o.txt"\nContent-Type: text/plain', "o.txt"),
        ("Content-Type: application/edifact", "part-2.edi"),
        ("Content-Type: application/edi-x12\nContent-Disposition: attachment", "part-2.x12"),
        ("Content-Disposition: attachment", "part-2.txt"),
        (r'Content-Disposition: attachment; filename="C:\\out\\o.edi"', "o.edi"),
        ('Content-Disposition: attachment; filename="../../etc/o.edi"', "o.edi"),
        ('Content-Disposition: attachment; filename="..."', "part-2.txt"),
        ("Content-Disposition: attachment; filename*" + "9" * 5000 + "=x", "part-2.txt"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?!?= o.edi"', "o.edi"),
        ("Content-Disposition: attachment; filename*=no-such'x'%ff.edi", "ÿ.edi"),
    ],
)
def test_the_name_of_an_attachment(headers: str, name: str | None) -> None:
    ((_, found, content),) = files(part(headers))
    assert found == (name or "Bestellung Ä.edi")
    assert content == b"order"


def test_a_long_name_keeps_its_ending() -> None:
    ((_, name, _),) = files(part(f"Content-Disposition: attachment; filename={'a' * 300}.edi"))
    assert len(name) == 120
    assert name.endswith("a.edi")


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("7bit", "a'\nb'", b"a'\r\nb'"),
        ("8BIT", "ä", "ä".encode()),
        ("quoted-printable", "a=3Db=\nc", b"a=bc"),
        ("Base64", "b3Jk\nZXI=", b"order"),
        ("base64", "", b""),
    ],
)
def test_the_encoding_is_taken_off(encoding: str, body: str, content: bytes) -> None:
    headers = f"Content-Disposition: attachment\nContent-Transfer-Encoding: {encoding}"
    assert files(part(headers, body))[0][2] == content


@pytest.mark.parametrize("body", ["b3JkZXI", "b3Jk\n-- \nlist footer", "b3Jk=ZXI=", "b3J!"])
def test_base64_that_is_damaged_is_refused(body: str) -> None:
    headers = "Content-Disposition: attachment\nContent-Transfer-Encoding: base64"
    with pytest.raises(BrokenMailError, match="no whole base64"):
        files(part(headers, body))


def test_attachments_of_a_forwarded_mail() -> None:
    outer = EmailMessage()
    outer["From"] = "edi@acme.example"
    outer.set_content("see below")
    inner = EmailMessage()
    inner.set_content("Hello")
    inner.add_attachment(ORDER, maintype="application", subtype="edifact", filename="in.edi")
    outer.add_attachment(inner)
    outer.add_attachment(b"x", maintype="application", subtype="edifact", filename="out.edi")
    assert files(outer.as_bytes()) == [("2.2", "in.edi", ORDER), ("3", "out.edi", b"x")]


def test_parts_in_parts_and_pictures_of_the_text() -> None:
    data = raw(
        f"""{HEAD}Content-Type: multipart/mixed; boundary=a

Preamble
--a
Content-Type: multipart/alternative; boundary="b c"

--b c
Content-Type: text/plain

Hello
--b c
Content-Type: multipart/related; boundary=c

--c
Content-Type: text/html

<img src="cid:logo">
--c
Content-Type: image/png; name=logo.png
Content-Id: <logo>
Content-Disposition: inline; filename=logo.png

png
--c--
--b c--

--a
Content-Disposition: attachment; filename=o.edi

order
--a
Content-Type: application/pkcs7-signature; name=smime.p7s
Content-Disposition: attachment; filename=smime.p7s

sig
--a--
Epilogue
"""
    )
    assert files(data) == [("2", "o.edi", b"order")]


def test_several_attachments_with_one_name() -> None:
    assert [name for _, name, _ in files(mail(("a.edi", b"1"), ("a.edi", b"2")))] == ["a.edi"] * 2


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (mail(), ["T459"]),
        (mail(("winmail.dat", b"x\x9f")), ["T460"]),
        (part("Content-Type: application/ms-tnef; name=WINMAIL.DAT"), ["T460"]),
        (mail(("orders.ZIP", b"PK"), ("o.edi.gz", b"\x1f\x8b")), ["T461", "T461"]),
        (part("Content-Type: application/zip"), ["T461"]),
        (part("Content-Type: application/pkcs7-mime; name=smime.p7m"), ["T461"]),
        (mail(("prices.xlsx", b"PK"), kind="application/zip"), []),
    ],
)
def test_what_is_left_has_a_reason(data: bytes, codes: list[str]) -> None:
    assert left(data) == codes


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (raw(f"{HEAD}Content-Type: multipart/mixed\n\nx"), "no usable boundary"),
        (raw(f"{HEAD}Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhalf"), "end is missing"),
        (raw(f"{HEAD}Content-Type: multipart/mixed; boundary=x\n\nnothing"), "end is missing"),
        (raw(f"{HEAD}Content-Transfer-Encoding: x-uuencode\n\nbegin"), "x-uuencode"),
        (raw("X: " + "a" * 300_000), "headers are longer"),
        (
            raw(f"{HEAD}Content-Type: multipart/mixed; boundary=x\n" + "\n--x\n\n" * 300 + "--x--"),
            "more than 200 parts",
        ),
        (
            raw(
                "".join(
                    f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(99)
                )
            ),
            "nested more than 10 deep|end is missing",
        ),
        (raw("Content-Type: message/rfc822\n\n" * 40), "nested more than 10 deep"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BrokenMailError, match=why):
        [each.content() for each in parts(data)]


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=200)), max_size=4))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_python_writes_is_read_back(given_files: list[tuple[str, bytes]]) -> None:
    usable = [(f"a{name}.edi", content) for name, content in given_files if name.isprintable()]
    assert [content for _, _, content in files(mail(*usable))] == [each for _, each in usable]


@given(st.binary(max_size=400), st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_bytes_are_a_mail_or_refused(noise: bytes, start: int, cut: int) -> None:
    whole = part("Content-Disposition: attachment; filename*0*=UTF-8''a; filename*1=b")
    for data in (noise, whole[:start] + noise + whole[start + cut :]):
        try:
            read_head(data)
            found, _ = attachments(parts(data), "a mail")
            [each.part.content() for each in found]
        except BrokenMailError:
            continue
