"""Addresses out of messages: the gateway never calls where it was not agreed that it would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.as2.attacks.target import from_elsewhere
from tests.as2.interop.wire import Ear, answer, listening
from tests.as2.receive.world import ACME, As2World, disposition, message


@pytest.fixture(scope="module")
def victim() -> Iterator[Ear]:
    """A server inside that nobody outside can reach."""
    with listening() as ear:
        yield ear


@pytest.fixture(scope="module")
def partner() -> Iterator[Ear]:
    """Where receipts may be asked to: below ``/as2``."""
    with listening() as ear:
        yield ear


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, partner: Ear) -> Iterator[As2World]:
    made = As2World(
        tmp_path_factory.mktemp("inside"),
        settings=ACME.replace("https://as2.acme.example/mdn", partner.url),
    )
    yield made
    made.gateway.close()


ADDRESSES = {
    "another port": "http://127.0.0.1:{victim}/as2",
    "another port, as the user of the agreed one": "http://127.0.0.1:{partner}@127.0.0.1:{victim}/as2",
    "an address as the user": "http://127.0.0.1:{partner}%2fas2@127.0.0.1:{victim}/as2",
    "another name of the host": "http://localhost:{partner}/as2",
    "the host as a number": "http://2130706433:{partner}/as2",
    "the host in octal digits": "http://0177.0.0.1:{partner}/as2",
    "the host in six": "http://[::ffff:127.0.0.1]:{partner}/as2",
    "no port": "http://127.0.0.1/as2",
    "TLS where none was agreed": "https://127.0.0.1:{partner}/as2",
    "another path": "http://127.0.0.1:{partner}/admin",
    "a path that only begins alike": "http://127.0.0.1:{partner}/as2admin",
    "a path that leads out": "http://127.0.0.1:{partner}/as2/../admin",
    "a path that leads out, encoded": "http://127.0.0.1:{partner}/as2/%2e%2e/admin",
    "a path with backslashes": "http://127.0.0.1:{partner}\\@127.0.0.1:{victim}/as2",
    "a fragment": "http://127.0.0.1:{partner}/as2#@127.0.0.1:{victim}/",
    "a file": "file:///etc/passwd",
    "another protocol": "gopher://127.0.0.1:{victim}/_x",
    "mail": "mailto:attacker@example.com",
    "no scheme": "//127.0.0.1:{victim}/as2",
    "a blank in it": "http://127.0.0.1:{partner}/as2 http://127.0.0.1:{victim}/",
    "a tab in it": "http://127.0.0.1:{partner}/as2\thttp://127.0.0.1:{victim}/",
    "the data of a cloud": "http://169.254.169.254/latest/meta-data/",
    "longer than any": "http://127.0.0.1:{partner}/as2/" + "x" * 5000,
}


def asked(world: As2World, partner: Ear, victim: Ear, address: str) -> None:
    """A good message wants its receipt there: it is refused, and no receipt is planned."""
    url = address.replace("{partner}", str(partner.port)).replace("{victim}", str(victim.port))
    answered = world.post(message(url=url), from_elsewhere())
    assert disposition(answered) == "processed/error: unexpected-processing-error"
    assert world.receipts_out() == []
    row = world.received()[-1]
    assert (row.state, row.message, row.mdn_to) == ("refused", None, "")
    assert [each["code"] for each in json.loads(row.found)["problems"]] == ["T263"]


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_no_receipt_is_planned_for_an_address_that_was_not_agreed(
    world: As2World, partner: Ear, victim: Ear, address: str
) -> None:
    asked(world, partner, victim, address)


def test_none_of_them_is_called(world: As2World, partner: Ear, victim: Ear) -> None:
    for address in ADDRESSES.values():
        asked(world, partner, victim, address)
    world.run()
    assert (victim.heard, partner.heard) == ([], [])


def test_what_nobody_signed_calls_no_agreed_address_either(world: As2World, partner: Ear) -> None:
    """Or anybody could have us call the partner as often as he likes."""
    assert world.post(message(signer="stranger", url=partner.url), "198.51.100.1").status == 200
    world.run()
    assert partner.heard == []
    assert world.receipts_out() == []


def test_the_other_address_for_receipts_is_no_address(world: As2World, partner: Ear) -> None:
    """Disposition-Notification-To may be any text; nothing is sent there."""
    posted = message().named(disposition_notification_to=partner.url)
    assert disposition(world.post(posted, "198.51.100.2")) == "processed"
    world.run()
    assert partner.heard == []


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_redirects_are_not_followed(tmp_path: Path, victim: Ear, status: str) -> None:
    told = (("Location", victim.url),)
    with listening(lambda _heard: answer(status, told)) as partner:
        settings = ACME.replace("https://as2.acme.example/mdn", partner.url)
        world = As2World(tmp_path, settings=settings)
        assert world.post(message(url=partner.url)).status == 200
        world.run()
        assert len(partner.heard) == 1
        assert world.receipts_out()[0].state == "pending"
        world.gateway.close()
    assert victim.heard == []


def test_what_was_agreed_no_longer_is_not_called(tmp_path: Path) -> None:
    """The address is compared again when it is called: the agreement may have ended."""
    with listening() as partner:
        settings = ACME.replace("https://as2.acme.example/mdn", partner.url)
        world = As2World(tmp_path, settings=settings)
        assert world.post(message(url=partner.url)).status == 200
        world.unpack()
        world.laid = True
        changed = {**world.files, "partners/acme-retail/partner.yaml": ACME}
        world.reload(changed)
        world.run()
        assert partner.heard == []
        assert world.receipts_out()[0].state == "dead"
        world.gateway.close()


def test_passwords_go_to_the_address_they_are_for_and_to_no_other(tmp_path: Path) -> None:
    with listening() as server, listening() as partner:
        settings = ACME.replace("https://as2.acme.example/mdn", partner.url).replace(
            "      id: ACME\n",
            f"      id: ACME\n      url: {server.url}\n"
            "      http: {login: {user: us, password: '${env:AS2_INSIDE}'}}\n",
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AS2_INSIDE", "open sesame")
            world = As2World(tmp_path, settings=settings)
            assert world.post(message(url=partner.url)).status == 200
            world.run()
        assert [one.get("authorization") for one in partner.heard] == [""]
        world.gateway.close()
