"""Files leave as attachments: whole, to all receivers, recognisable when they leave twice."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from gateway.channels.mail.letter import Letter, written
from gateway.channels.mail.server import MailServer, address
from gateway.channels.mail.smtp import Parcel, Refusal, connected, hand_over, ready_for
from gateway.channels.remote.failure import RemoteError
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.store import Delivery, deliveries
from tests.channels.notice_peers import Mailbox, smtp_server
from tests.mail.smtp_script import SESSION, script
from tests.pipeline.world import ACME, World, invoices

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def letter(content: bytes = b"UNB+1'", key: str = "42:partner", kind: str = "") -> Letter:
    return Letter(
        sender="EDI <edi@our.example>",
        to=("edi@acme.example", "Archive <archive@acme.example>"),
        subject="Rechnung – INVOIC 1",
        at=AT,
        name="INVOIC_1.edi",
        content=content,
        content_type=kind,
        key=key,
    )


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, _class=EmailMessage, policy=policy.default)


# ---- the mail


def test_the_mail_holds_the_file_byte_for_byte() -> None:
    content = bytes(range(256)) + b"\n.\r\n..\r"
    mail = read(written(letter(content, kind="application/EDIFACT; charset=x-unknown")))
    assert mail["Subject"] == "Rechnung – INVOIC 1"
    assert mail["From"] == "EDI <edi@our.example>"
    assert mail["To"] == "edi@acme.example, Archive <archive@acme.example>"
    assert parsedate_to_datetime(mail["Date"]) == AT
    assert mail["Auto-Submitted"] == "auto-generated"
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/edifact"
    assert file.get_param("charset") == "x-unknown"
    assert file.get_filename() == "INVOIC_1.edi"
    assert file.get_payload(decode=True) == content


@pytest.mark.parametrize(
    ("name", "kind"),
    [("o.xml", "xml"), ("o.csv", "text/csv"), ("o.none", "application/octet-stream")],
)
def test_the_content_type_follows_from_the_name(name: str, kind: str) -> None:
    given = letter()
    mail = read(written(Letter(**{each: getattr(given, each) for each in FIELDS} | {"name": name})))
    assert next(mail.iter_attachments()).get_content_type().endswith(kind)


FIELDS = ("sender", "to", "subject", "at", "content", "content_type", "key")


def test_a_repeat_is_the_same_mail_and_another_file_is_another_one() -> None:
    assert written(letter()) == written(letter())
    ids = {each.message_id for each in (letter(), letter(b"other"), letter(key="43:partner"))}
    assert len(ids) == 3
    assert letter().message_id.endswith("@our.example>")


# ---- the server


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server(Mailbox()) as running:
        yield running


def server(port: int, **more: object) -> MailServer:
    values = {"host": "127.0.0.1", "port": port, "security": "none", "seconds": 5.0}
    return MailServer(**(values | more))  # type: ignore[arg-type]


def parcel(*receivers: str, data: bytes = b"Subject: x\r\n\r\n.dot\r\n") -> Parcel:
    return Parcel(
        name="INVOIC_1.edi",
        partner="acme-retail",
        id="42",
        message_id="<1@our.example>",
        sender="edi@our.example",
        receivers=receivers or ("edi@acme.example",),
        data=data,
    )


def sent(port: int, *receivers: str) -> Refusal | None:
    with connected(server(port)) as session:
        return hand_over(session, "127.0.0.1", parcel(*receivers))


def test_a_mail_is_taken_whole(box: Mailbox) -> None:
    assert sent(box.port, "a@acme.example", "b@acme.example") is None
    ((receivers, mail),) = box.taken
    assert receivers == ["a@acme.example", "b@acme.example"]
    assert mail.get_content() == ".dot\r\n"


@pytest.mark.parametrize(
    ("answer", "code", "for_good"),
    [("554 5.7.1 spam", "T466", True), ("451 4.3.0 later", "T467", False)],
)
def test_the_answer_decides(box: Mailbox, answer: str, code: str, for_good: bool) -> None:
    box.answer = answer
    refusal = sent(box.port)
    assert refusal is not None
    assert (refusal.found.code, refusal.for_good, refusal.broken) == (code, for_good, False)
    assert answer in refusal.found.sentence


@pytest.mark.parametrize(
    ("reply", "for_good"), [("550 5.1.1 unknown", True), ("450 4.2.0 greylisted", False)]
)
def test_all_receivers_or_none(box: Mailbox, reply: str, for_good: bool) -> None:
    box.refused = {"b@acme.example": reply}
    refusal = sent(box.port, "a@acme.example", "b@acme.example")
    assert refusal is not None
    assert (refusal.found.code, refusal.for_good) == ("T468", for_good)
    assert f"b@acme.example of the receivers of INVOIC_1.edi: {reply}" in refusal.found.sentence
    assert box.taken == []


def test_several_mails_in_one_session_after_a_refusal(box: Mailbox) -> None:
    box.refused = {"b@acme.example": "550 unknown"}
    with connected(server(box.port)) as session:
        assert hand_over(session, "127.0.0.1", parcel("b@acme.example")) is not None
        assert hand_over(session, "127.0.0.1", parcel("a@acme.example")) is None
    assert len(box.taken) == 1


def test_before_the_mail_left_nothing_has_happened() -> None:
    for cut in range(2, len(SESSION)):
        with script(*SESSION[:cut]) as port:
            refusal = sent(port)
        assert refusal is not None
        assert (refusal.found.code, refusal.broken) == ("T455", True)


def test_after_the_mail_left_nobody_knows() -> None:
    with script(*SESSION) as port:
        refusal = sent(port)
    assert refusal is not None
    assert (refusal.found.code, refusal.for_good, refusal.broken) == ("T469", False, True)
    assert refusal.found.facts["message_id"] == "<1@our.example>"


def test_how_the_server_says_goodbye_changes_nothing() -> None:
    with script(*SESSION, b"250 taken") as port:
        assert sent(port) is None


def test_asking_sends_nothing(box: Mailbox) -> None:
    box.refused = {"b@acme.example": "550 unknown"}
    with connected(server(box.port)) as session:
        for receivers, code in ((("a@acme.example",), None), (("b@acme.example",), "T468")):
            found = ready_for(session, "127.0.0.1", "acme-retail", "edi@our.example", receivers)
            assert (found and found.code) == code
    assert box.taken == []


def test_the_session_is_encrypted_and_logged_in(trusted: ssl.SSLContext) -> None:
    steps: list[str] = []
    login = {"user": "edi", "password": "correct horse", "security": "starttls"}
    with (
        smtp_server(Mailbox(), starttls=trusted, auth=True) as box,
        connected(server(box.port, **login), lambda step, _: steps.append(step)) as session,
    ):
        assert hand_over(session, "127.0.0.1", parcel()) is None
    assert steps == ["dns", "tcp", "tls", "login"]
    assert (box.encrypted, box.users) == ([True], [(b"edi", b"correct horse")])


def test_tls_from_the_start(trusted: ssl.SSLContext) -> None:
    with smtp_server(Mailbox(), tls=trusted) as box:
        with connected(server(box.port, security="tls")) as session:
            assert hand_over(session, "127.0.0.1", parcel()) is None
        assert len(box.taken) == 1


def test_a_server_without_starttls_gets_nothing(box: Mailbox) -> None:
    with pytest.raises(RemoteError) as failure, connected(server(box.port, security="starttls")):
        pass
    assert failure.value.problem.code == "T453"


def test_a_wrong_password_is_said_and_not_shown(trusted: ssl.SSLContext) -> None:
    login = {"user": "edi", "password": "wrong horse", "security": "starttls"}
    with (
        smtp_server(Mailbox(), starttls=trusted, auth=True) as box,
        pytest.raises(RemoteError) as failure,
        connected(server(box.port, **login)),
    ):
        pass
    assert (failure.value.trouble, failure.value.problem.code) == ("login", "T454")
    assert "wrong horse" not in str(failure.value)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("mail.example.com", ("mail.example.com", 465)),
        ("mail.example.com:2525", ("mail.example.com", 2525)),
        ("[::1]", ("::1", 465)),
        ("[::1]:2525", ("::1", 2525)),
    ],
)
def test_the_address_of_a_server(text: str, where: tuple[str, int]) -> None:
    assert address(text, 465) == where


# ---- the outlet


class Shop:
    """A workspace that sends its invoices by mail."""

    def __init__(self, root: Path, port: int, more: str = "") -> None:
        channel = f"""\
    kind: mail
    mail:
      send:
        smtp: {{server: "127.0.0.1:{port}", security: none{more}}}
        sender: edi@our.example
        to: [edi@acme.example, archive@acme.example]
  drop:
    kind: folder
    receive: {{folder: acme/in, match: "*"}}
"""
        start, end = ACME.index("    kind: folder"), ACME.index("agreements:")
        partner = ACME[:start] + channel + ACME[end:]
        partner = partner.replace("direction: inbound,", "direction: inbound, channel: drop,")
        partner = partner.replace("outbound", "outbound, channel: main")
        self.world = World(root, {"partners/acme-retail/partner.yaml": partner})

    def run(self, *numbers: str) -> None:
        """The ERP gives invoices; what is due is done."""
        house = self.world.gateway._house
        for number in numbers:
            self.world.erp(f"{number}.csv", invoices([number]))
        core = Core(house, "test")
        poll(core, house.inboxes["erp/invoice"], at_once=True)
        while keys := [key for key in core.waiting() if not key.startswith("duty/")]:
            if not sum(core.drain(key) for key in keys):
                break

    def deliveries(self) -> list[Delivery]:
        found = []
        with self.world.gateway._house.store.read() as connection:
            for row in self.world.rows():
                rows = deliveries.of_message(connection, row.id)
                found += [one for one in rows if one.outlet == "mail"]
        return sorted(found, key=lambda one: one.id)

    def codes(self) -> list[str]:
        """Of the problems of what was to be sent."""
        history = self.world.gateway.message(self.deliveries()[0].message or 0)
        assert history is not None
        return [found.code for found in history.problems]

    def states(self) -> list[tuple[str, str]]:
        rows = {row.id: row.state for row in self.world.rows()}
        return [(one.state, rows[one.message or 0]) for one in self.deliveries()]


Open = Callable[..., Shop]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    made: list[Shop] = []

    def open_(port: int, more: str = "") -> Shop:
        made.append(Shop(tmp_path, port, more))
        return made[-1]

    yield open_
    for each in made:
        each.world.gateway.close()


def test_invoices_leave_as_mails_and_count_as_delivered(opened: Open, box: Mailbox) -> None:
    shop = opened(box.port)
    shop.run("I1", "I2")
    assert shop.states() == [("done", "delivered")] * 2
    assert len(box.taken) == 2
    receivers, mail = box.taken[0]
    assert receivers == ["edi@acme.example", "archive@acme.example"]
    assert mail["Subject"] == "INVOIC 000000001"
    (file,) = mail.iter_attachments()
    assert file.get_filename() == "INVOIC_000000001.edi"
    assert file.get_content_type() == "application/edifact"
    one = shop.deliveries()[0]
    payload = shop.world.gateway._house.store.payload(one.sha)
    assert file.get_payload(decode=True) == payload
    history = shop.world.gateway.message(one.message or 0)
    assert history is not None
    sent_to = "edi@acme.example, archive@acme.example; 127.0.0.1 took it as <"
    assert any(sent_to in event.text for event in history.events)


def test_what_is_refused_for_now_goes_again_as_the_same_mail(opened: Open, box: Mailbox) -> None:
    shop = opened(box.port)
    box.answer = "451 4.3.0 later"
    shop.run("I1")
    assert shop.states() == [("pending", "retrying")]
    box.answer = "250 taken"
    shop.world.clock.forward(seconds=60)
    shop.run()
    assert shop.states() == [("done", "delivered")]
    assert shop.codes() == ["T467"]


def test_what_is_refused_for_good_waits_for_a_person(opened: Open, box: Mailbox) -> None:
    shop = opened(box.port)
    box.refused = {"archive@acme.example": "550 5.1.1 unknown"}
    shop.run("I1")
    assert shop.states() == [("dead", "dead")]
    assert "T468" in shop.codes()
    assert box.taken == []


def test_a_mail_of_which_nobody_knows_goes_again(opened: Open) -> None:
    said = (*SESSION[:3], b"250 ok", *SESSION[3:])
    with script(*said) as port:
        shop = opened(port)
        shop.run("I1")
        assert shop.states() == [("pending", "retrying")]
        assert shop.codes() == ["T469"]


def test_a_server_that_is_away_puts_all_off(opened: Open, box: Mailbox) -> None:
    shop = opened(1)
    shop.run("I1", "I2")
    assert shop.states() == [("pending", "retrying")] * 2
    assert shop.codes() == ["T451"]


def test_a_missing_password_is_said(opened: Open, box: Mailbox) -> None:
    shop = opened(box.port, ', user: edi, password: "${env:NOT_THERE}"')
    shop.run("I1")
    assert shop.states() == [("pending", "retrying")]
    assert shop.codes() == ["T458"]
