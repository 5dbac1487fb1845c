"""HTTP as products of the field speak it: every odd request is a message all the same.

Each test is one line of the list (``items.tsv``), through a real socket.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.as2.link import Layers
from tests.as2.interop.gate import Gate, gated
from tests.as2.interop.wire import call, chunked, closed, connect, head, reply
from tests.as2.receive.world import ACME, As2World, Posted, message, theirs

CHUNKED = "Transfer-Encoding: chunked"


def parcel(text: str) -> tuple[Posted, bytes]:
    """A message and the document in it."""
    data = f"UNB+UNOC:3+{text}'".encode()
    return message(data), data


def signed_only(text: str) -> tuple[Posted, bytes]:
    """A message that is a multipart on the wire."""
    data = f"UNB+UNOC:3+{text}'".encode()
    layers = Layers(encrypt=None, compress="none")
    return message(data, link=theirs(layers=layers)), data


def in_chunks(gate: Gate, extension: str) -> None:
    posted, data = parcel(f"chunks{extension}")
    told = head(posted.headers, CHUNKED, length=None)
    got = call(gate.where, told, chunked(posted.body, extension=extension))
    gate.accepted(got, posted.message_id, [data])


def test_blanks_behind_the_size_of_a_chunk(gate: Gate) -> None:
    in_chunks(gate, "   ")


@pytest.mark.parametrize("extension", [";last", ';name="v;w"'])
def test_an_extension_behind_the_size_of_a_chunk(gate: Gate, extension: str) -> None:
    in_chunks(gate, extension)


def test_chunks_without_any_ado(gate: Gate) -> None:
    in_chunks(gate, "")


@pytest.mark.parametrize("zeros", ["0", "0000000", "0" * 15])
def test_leading_zeros_in_content_length(gate: Gate, zeros: str) -> None:
    posted, data = parcel(f"zeros {len(zeros)}")
    length = f"{zeros}{len(posted.body)}"
    got = gate.send(posted.headers, posted.body, length=length)
    gate.accepted(got, posted.message_id, [data])


@pytest.mark.parametrize("header", ["Authorization: Basic YTpi", "Authorization: Bearer x.y.z"])
def test_a_login_that_nobody_asked_for(gate: Gate, header: str) -> None:
    posted, data = parcel(header)
    gate.accepts(posted, [data], header)


@pytest.mark.parametrize("expect", ["100-continue", "100-Continue"])
def test_who_expects_to_be_told_to_continue(gate: Gate, expect: str) -> None:
    posted, data = parcel(expect)
    with connect(gate.where) as sock:
        sock.sendall(head(posted.headers, f"Expect: {expect}", length=len(posted.body)))
        assert reply(sock).status == 100
        sock.sendall(posted.body)
        gate.accepted(reply(sock), posted.message_id, [data])


def test_who_expects_it_and_does_not_wait(gate: Gate) -> None:
    posted, data = parcel("impatient")
    told = head(posted.headers, "Expect: 100-continue", length=len(posted.body))
    with connect(gate.where) as sock:
        sock.sendall(told + posted.body)
        gate.accepted(reply(sock, final=True), posted.message_id, [data])


@pytest.mark.parametrize("where", ["headers", "end of headers", "body"])
def test_cr_and_lf_in_two_packets(gate: Gate, where: str) -> None:
    posted, data = parcel(f"split in the {where}")
    whole = head(posted.headers, length=len(posted.body)) + posted.body
    end = whole.index(b"\r\n\r\n")
    cut = {
        "headers": whole.index(b"\r\n") + 1,
        "end of headers": end + 3,
        "body": end + 4 + 100,
    }[where]
    got = call(gate.where, whole[:cut], whole[cut:])
    gate.accepted(got, posted.message_id, [data])


def test_every_line_end_in_two_packets(gate: Gate) -> None:
    posted, data = parcel("split everywhere")
    pieces = head(posted.headers, length=len(posted.body)).split(b"\n")
    packets = [piece + b"\n" for piece in pieces[:-1]]
    ends = [each for packet in packets for each in (packet[:-1], packet[-1:])]
    got = call(gate.where, *ends, posted.body)
    gate.accepted(got, posted.message_id, [data])


def test_a_content_length_that_lacks_the_last_line_end(gate: Gate) -> None:
    """The two bytes come, but they are not counted: they are no second request."""
    posted, data = signed_only("short by two")
    assert posted.body.endswith(b"--\r\n")
    with connect(gate.where) as sock:
        sock.sendall(head(posted.headers, length=len(posted.body) - 2) + posted.body)
        gate.accepted(reply(sock), posted.message_id, [data])
        assert closed(sock)


def test_line_ends_behind_the_body(gate: Gate) -> None:
    posted, data = parcel("one line end more than was said")
    got = call(gate.where, head(posted.headers, length=len(posted.body)), posted.body + b"\r\n\r\n")
    gate.accepted(got, posted.message_id, [data])


@pytest.mark.parametrize("junk", [b"\r\n", b"\r\n\r\n", b"\0\0", b"\r\nsent by a mail system"])
def test_junk_behind_the_last_boundary(gate: Gate, junk: bytes) -> None:
    posted, data = signed_only(f"junk {junk!r}")
    got = gate.send(posted.headers, posted.body + junk)
    gate.accepted(got, posted.message_id, [data])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("query", ["", "?partner=acme&id=" + "4711" * 50])
def test_who_looks_whether_the_address_of_receipts_is_there(
    gate: Gate, method: str, query: str
) -> None:
    with connect(gate.where) as sock:
        sock.sendall(head((), length=None, line=f"{method} /as2{query}"))
        got = reply(sock, bare=method == "HEAD")
        assert got.status == 200
        # the connection is usable afterwards: nothing of a body was sent to HEAD
        posted, data = parcel(f"after {method}{len(query)}")
        sock.sendall(head(posted.headers, length=len(posted.body)) + posted.body)
        gate.accepted(reply(sock), posted.message_id, [data])


@pytest.mark.parametrize("target", ["/as2/", "/as2?x=1"])
def test_our_address_in_another_form(gate: Gate, target: str) -> None:
    posted, data = parcel(target)
    got = gate.send(posted.headers, posted.body, line=f"POST {target}")
    gate.accepted(got, posted.message_id, [data])


def test_headers_in_any_case_and_without_blanks(gate: Gate) -> None:
    posted, data = parcel("loud")
    headers = [(name.upper(), value) for name, value in posted.headers]
    told = head(headers, length=len(posted.body)).replace(b": ", b":")
    gate.accepted(call(gate.where, told, posted.body), posted.message_id, [data])


def test_http_1_0_and_a_closed_connection(gate: Gate) -> None:
    posted, data = parcel("old")
    told = head(posted.headers, length=len(posted.body)).replace(b"HTTP/1.1", b"HTTP/1.0")
    with connect(gate.where) as sock:
        sock.sendall(told + posted.body)
        gate.accepted(reply(sock), posted.message_id, [data])
        assert closed(sock)


@pytest.fixture
def tolerant(tmp_path: Path) -> Iterator[Gate]:
    """Where both lengths were agreed."""
    quirks = "      id: ACME\n      quirks: {length_and_chunked: true}\n"
    world = As2World(tmp_path, settings=ACME.replace("      id: ACME\n", quirks))
    with gated(world) as opened:
        yield opened
    world.gateway.close()


def test_length_and_chunks_at_once_are_refused_unless_that_was_agreed(
    gate: Gate, tolerant: Gate
) -> None:
    posted, data = parcel("both")
    told = head(posted.headers, CHUNKED, length=len(posted.body))
    with connect(gate.where) as sock:
        sock.sendall(told + chunked(posted.body))
        assert reply(sock).status == 400
        assert closed(sock)
    got = call(tolerant.where, told, chunked(posted.body))
    tolerant.accepted(got, posted.message_id, [data])
