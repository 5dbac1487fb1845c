"""Who asks around: which ids are known, what runs here, and what is wrong inside."""

from __future__ import annotations

import pytest

from gateway.web import as2
from tests.as2.attacks.target import UNIFORM, Target, from_elsewhere, report_of, timed
from tests.as2.interop.wire import Reply, call, connect, head, reply
from tests.as2.receive.world import Posted, message

UNKNOWN = "processed/error: unknown-trading-partner"
VARIANTS = {
    "sender": {"as2_from": "NEMO"},
    "receiver": {"as2_to": "NEMO"},
    "both": {"as2_from": "NEMO", "as2_to": "NEMO"},
    "exchanged": {"as2_from": "OURS", "as2_to": "ACME"},
    "in another case": {"as2_from": "acme"},
    "no sender": {"as2_from": None},
    "an empty receiver": {"as2_to": '""'},
}


def strangers() -> list[Posted]:
    return [message(message_id="<0001@x>").named(**each) for each in VARIANTS.values()]


def comparable(answer: Reply) -> bytes:
    """Without the names that the caller said himself, and what follows from their length."""
    own = (b"as2-", b"original-recipient", b"final-recipient", b"content-length")
    lines = report_of(answer).rstrip(b"0123456789").splitlines()
    return b"\n".join(line for line in lines if not line.lower().startswith(own))


def test_unknown_ids_have_one_answer_whichever_is_unknown(target: Target) -> None:
    with target.unharmed():
        answers = [target.sends(each) for each in strangers()]
    assert len({comparable(each) for each in answers}) == 1
    assert {each.disposition for each in answers} == {UNKNOWN}
    # names of the same length: not even the sizes differ
    assert len({len(each.body) for each in answers[:5]}) == 1


def test_also_where_no_receipt_is_asked_for(target: Target) -> None:
    unasked = [
        each.named(disposition_notification_to=None, disposition_notification_options=None)
        for each in strangers()
    ]
    with target.unharmed():
        answers = {(reply.status, reply.body) for reply in map(target.sends, unasked)}
    assert answers == {(403, b"these AS2 identifiers were not agreed\n")}


def test_the_moment_of_the_answer_does_not_tell(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as2, "MARK", 0.5)
    half_known, unknown = strangers()[0], strangers()[2]
    for seconds in timed(target, [half_known, unknown] * 4, UNKNOWN):
        assert seconds >= 0.5
        assert seconds % 0.5 < 0.25  # and a little more, on a busy machine


def test_many_questions_from_one_address_are_slowed_down(target: Target) -> None:
    line = f"X-Forwarded-For: {from_elsewhere()}"
    posted = message().named(as2_from="NEMO")
    with target.unharmed(seconds=5):
        statuses = [target.post(posted, line).status for _ in range(25)]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429


def test_nothing_of_an_unknown_sender_is_kept(target: Target) -> None:
    before = len(target.world.received())
    with target.unharmed():
        for each in strangers():
            target.sends(each)
    assert len(target.world.received()) == before + 1  # the good message of the check


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /as2", 200), ("GET /", 404), ("GET /admin", 404), ("GET /as2/../metrics", 404),
        ("GET /%61s2", 200), ("POST /metrics", 404), ("PUT /as2", 405), ("DELETE /as2", 405),
        ("OPTIONS /as2", 405), ("TRACE /as2", 405), ("CONNECT edi.example:443", 404),
    ],
)  # fmt: skip
def test_no_answer_tells_what_runs_here(target: Target, line: str, status: int) -> None:
    with connect(target.where) as sock:
        sock.sendall(head((), length=0, line=line))
        got = reply(sock)
    assert got.status == status
    told = {name.lower() for name, _ in got.headers.items}
    assert not {"server", "x-powered-by", "via"} & told
    assert len(got.body) < 200
    text = got.body.lower()
    for word in (b"python", b"uvicorn", b"h11", b"starlette", b"traceback", b"gateway"):
        assert word not in text


@pytest.mark.parametrize("data", [b"\r\n\r\n\r\n", b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"\0" * 99])
def test_no_error_of_http_tells_what_runs_here(target: Target, data: bytes) -> None:
    with target.unharmed():
        got = call(target.where, data)
    assert got.status in (0, 400)
    assert b"h11" not in got.body


def test_a_failure_of_ours_tells_nothing(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.pipeline.as2.receive import opening  # noqa: PLC0415

    def broken(*_: object) -> None:
        raise RuntimeError("/srv/secret/path and a password")

    with target.unharmed(), monkeypatch.context() as patched:
        patched.setattr(opening, "open_message", broken)
        got = target.sends(message())
    assert got.disposition == UNIFORM
    assert b"secret" not in got.body
    assert b"Traceback" not in got.body
