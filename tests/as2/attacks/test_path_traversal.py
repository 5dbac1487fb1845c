"""Names of files out of messages: never a path, whatever stands in them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.as2.mime.headers import Headers
from tests.as2.attacks.forging import EDIFACT, enveloped, part, signed
from tests.as2.attacks.target import Target, request
from tests.as2.interop.wire import Reply, call
from tests.pipeline.world import orders

UTF8 = b64encode("../../ä\0b".encode()).decode()
NAMES = {
    "up and away": 'filename="../../etc/passwd"',
    "up and away, bare": "filename=../../etc/passwd",
    "from the root": 'filename="/etc/passwd"',
    "of Windows": 'filename="C:\\windows\\system32\\x.edi"',
    "of Windows, a drive": 'filename="C:x"',
    "a share": 'filename="\\\\server\\share\\x"',
    "a stream": 'filename="x.edi::$DATA"',
    "a dot": 'filename="."',
    "two dots": 'filename=".."',
    "dots in the end": 'filename="x..."',
    "hidden": 'filename=".bashrc"',
    "a device": 'filename="CON"',
    "a device with an ending": 'filename="aux.edi"',
    "NUL": "filename*=utf-8''a%00b.edi",
    "line ends": "filename*=utf-8''a%0D%0AX-Evil:%201",
    "up and away, encoded": "filename*=utf-8''..%2F..%2Fetc%2Fpasswd",
    "encoded twice": 'filename="..%252f..%252fetc"',
    "in pieces": 'filename*0="../"; filename*1="../x"',
    "in encoded words": f'filename="=?utf-8?B?{UTF8}?="',
    "five thousand characters": f'filename="{"n" * 5000}"',
    "an ending of five thousand characters": f'filename="x.{"e" * 5000}"',
    "written from right to left": "filename*=utf-8''x%E2%80%AEide.exe",
    "escapes of a terminal": "filename*=utf-8''%1B%5B2Jx",
    "for a shell": 'filename="$(reboot);`id`|x&y"',
    "for a template": 'filename="{0.__class__}{x}%s%n"',
    "nothing": 'filename=""',
}


def sent(target: Target, disposition: str, data: bytes, message_id: str = "") -> Reply:
    inner = part(EDIFACT, data, f"Content-Disposition: attachment; {disposition}")
    body = enveloped(signed(inner))
    return call(target.where, request(body, message_id=message_id), body)


@pytest.fixture(scope="module", autouse=True)
def _the_world_around_stays_as_it_is(target: Target) -> Iterator[None]:
    """No attack leaves anything beside the workspace, and only our names in it."""
    around = target.world.root.parent
    before = {path.name for path in around.iterdir()}
    yield
    assert {path.name for path in around.iterdir()} == before
    assert not Path("/etc/passwd.edi").exists()
    names = [path.name for path in target.world.root.rglob("*")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names)


def is_data(name: str) -> bool:
    """A name to be shown: no path, nothing that commands a terminal, not longer than a line."""
    plain = name.isprintable() and not {"/", "\\"} & set(name)
    return plain and name.strip(".") == name.strip(".").strip() != "" and len(name) <= 255


@pytest.mark.parametrize("disposition", NAMES.values(), ids=NAMES)
def test_a_name_is_data(target: Target, disposition: str) -> None:
    data = orders(f"path {len(disposition)}{disposition[-12:]!a}"[:60].replace("'", ""))
    number = list(NAMES.values()).index(disposition)
    message_id = f"<path-{number:03}@acme.example>"
    got = sent(target, disposition, data, message_id)
    target.accepted(got, message_id, [data])
    ((name, _),) = target.documents(message_id)
    assert is_data(name)
    row = target.world.rows(kind="file")[-1]
    assert row.name == name
    target.works()


def test_names_of_the_erp_come_from_us(target: Target) -> None:
    """What the pipeline makes of the file lies where the settings say, under names of ours."""
    data = orders("path erp", ("../../PO",))
    got = sent(target, 'filename="../../x.edi"', data, "<path-erp@acme.example>")
    target.accepted(got, "<path-erp@acme.example>", [data])
    target.world.run()
    out = target.world.root / "erp/out/order"
    assert all(path.parent == out for path in out.rglob("*") if path.is_file())


def test_a_message_id_is_no_path(target: Target) -> None:
    message_id = "<../../../../tmp/x/%2e%2e@acme.example>"
    data = orders("path id")
    inner = part(EDIFACT, data)
    body = enveloped(signed(inner))
    got = call(target.where, request(body, message_id=message_id), body)
    target.accepted(got, message_id, [data])
    ((name, _),) = target.documents(message_id)
    assert is_data(name)
    assert Headers.of(got.headers.items).get("as2-to") == "ACME"
