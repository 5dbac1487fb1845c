"""A partner's program posts files: let in by token, taken once, answered in words."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.pipeline.upload.receive import receiver as receiver_module
from gateway.pipeline.upload.receive.answer import Answer
from gateway.pipeline.upload.receive.receiver import REPLAYED, Receiver
from gateway.store import pauses
from gateway.telemetry.secrets import MASK, clean
from tests.pipeline.world import orders
from tests.upload.world import OLD, TOKEN, UploadWorld, facts, header

ORDER = orders()


def test_a_file_is_taken_and_worked_on(world: UploadWorld) -> None:
    answer = world.post(path="/in/acme-retail/web/order%201.edi")
    assert answer.status == 201
    told = facts(answer)
    assert told == {
        "message": told["message"],
        "name": "order 1.edi",
        "size": len(ORDER),
        "sha256": hashlib.sha256(ORDER).hexdigest(),
        "status": f"/in/acme-retail/web/{told['message']}",
    }
    assert header(answer, "Location") == told["status"]
    assert header(answer, "Content-Type") == "application/json"
    assert world.woken == ["in/acme-retail/web"]
    world.run()
    assert len(world.orders()) == 1
    row = world.row(kind="file")
    assert (row.id, row.source, row.partner) == (told["message"], "acme-retail/web", "acme-retail")


def test_old_and_new_tokens_count_and_are_masked(world: UploadWorld) -> None:
    for token in (TOKEN, OLD):
        assert world.post(token=token, headers={"Authorization": f"bearer {token}"}).status == 201
        assert clean(f"got {token}") == f"got {MASK}"


def test_a_token_is_looked_up_when_it_is_needed(world: UploadWorld) -> None:
    (world.root / "token.txt").write_text("another-token-2027\n")
    assert world.post(token=TOKEN).status == 401
    assert world.post(token="another-token-2027").status == 201
    (world.root / "token.txt").unlink()
    assert world.post(token="another-token-2027").status == 401
    assert world.post(token=OLD).status == 201


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_wrong_tokens_and_unknown_addresses_are_one_answer(world: UploadWorld, method: str) -> None:
    wrong: list[dict[str, Any]] = [
        {"token": "not-the-right-one"},
        {"path": "/in/acme-retail/main"},
        {"path": "/in/acme-retail/none"},
        {"path": "/in/nobody/web"},
        {"path": "/in/northwind/main"},
        {"path": "/in/acme-retail/web/17", "token": TOKEN[:-1]},
    ]
    answers = {world.ask(method, data=b"x", **each) for each in wrong}
    (answer,) = answers
    assert (answer.status, facts(answer)["code"], answer.held) == (401, "T440", True)
    assert header(answer, "WWW-Authenticate").startswith("Bearer")
    assert world.ask(method, token="").status == 401
    assert world.rows(kind="file") == []


def test_who_tries_tokens_is_slowed_down_and_nobody_else(world: UploadWorld) -> None:
    answers = [world.post(token=f"guess-{n}").status for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    late = world.post()
    assert (late.status, facts(late)["code"]) == (429, "T445"), "the right one tells nothing, too"
    assert int(header(late, "Retry-After")) >= 1
    assert world.post(address="192.0.2.8").status == 201
    for number in range(60):
        world.ask(path=f"/in/p{number}/c", token="guess")
    assert world.ask(path="/in/other/c", token="guess").status == 429


def test_more_than_was_agreed_has_to_wait(world: UploadWorld) -> None:
    https = world.https + "        rate: 2\n"
    world.gateway.close()
    other = UploadWorld(world.root / "other", https=https)
    statuses = [other.post(orders(str(n))).status for n in range(3)]
    assert statuses == [201, 201, 429]
    other.gateway.close()


# ---- once


def test_a_repeat_with_its_key_has_the_same_answer(world: UploadWorld) -> None:
    first = world.post(key="k-1")
    again = world.post(key='"k-1"', path="/in/acme-retail/web/other-name.edi")
    assert (again.status, again.body) == (201, first.body)
    assert REPLAYED in again.headers
    assert REPLAYED not in first.headers
    assert header(again, "Location") == header(first, "Location")
    assert len(world.rows(kind="file")) == 1
    assert world.woken == ["in/acme-retail/web"]


def test_other_content_under_a_key_is_refused_and_the_first_one_named(world: UploadWorld) -> None:
    first = facts(world.post(key="k-1"))["message"]
    answer = world.post(orders("4712"), key="k-1")
    assert (answer.status, facts(answer)["code"]) == (422, "T444")
    assert f"message {first}" in facts(answer)["detail"]
    assert header(answer, "Content-Type") == "application/problem+json"
    assert len(world.rows(kind="file")) == 1


def test_a_key_counts_for_its_channel(world: UploadWorld) -> None:
    world.gateway.close()
    text = world.files["partners/acme-retail/partner.yaml"]
    text = text.replace(
        "agreements:", "  more:\n    kind: https\n    https:\n" + world.https + "agreements:"
    )
    other = UploadWorld(world.root / "other", {"partners/acme-retail/partner.yaml": text})
    first = other.post(key="k")
    second = other.post(orders("9"), key="k", path="/in/acme-retail/more")
    assert (first.status, second.status) == (201, 201)
    other.gateway.close()


def test_without_a_key_the_same_bytes_are_told_and_make_one_order(world: UploadWorld) -> None:
    first = facts(world.post())
    world.run()
    again = world.post()
    assert (again.status, facts(again)["same_as"]) == (201, first["message"])
    world.run()
    assert len(world.orders()) == 1


def test_two_at_once_with_one_key_are_one_file(world: UploadWorld) -> None:
    meet = threading.Barrier(2, timeout=10)

    def checkpoint(name: str) -> None:
        if name == "upload receive: archived":
            meet.wait()

    with ThreadPoolExecutor(2) as threads:
        desk = _desk(world, checkpoint)
        both = [threads.submit(world.post, key="k", receiver=desk) for _ in range(2)]
        answers = [each.result(20) for each in both]
    assert {(each.status, each.body) for each in answers} == {(201, answers[0].body)}
    assert sorted(REPLAYED in each.headers for each in answers) == [False, True]
    assert len(world.rows(kind="file")) == 1
    assert len(world.uploads()) == 1


def test_two_at_once_with_one_key_and_other_content(world: UploadWorld) -> None:
    meet = threading.Barrier(2, timeout=10)

    def checkpoint(name: str) -> None:
        if name == "upload receive: archived":
            meet.wait()

    with ThreadPoolExecutor(2) as threads:
        desk = _desk(world, checkpoint)
        both = [
            threads.submit(world.post, orders(str(n)), key="k", receiver=desk) for n in range(2)
        ]
        answers = [each.result(20) for each in both]
    assert sorted(each.status for each in answers) == [201, 422]
    assert len(world.rows(kind="file")) == 1


def _desk(world: UploadWorld, checkpoint: Any) -> Receiver:
    world.gateway.house.checkpoint = checkpoint
    return world.receiving(world.gateway)


# ---- forms


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415, "--data-binary"),
        ({"Content-Encoding": "gzip"}, 415, "as it is"),
        ({"Content-Range": "bytes 0-9/100"}, 400, "whole file"),
        ({"Idempotency-Key": "a b"}, 400, "visible ASCII"),
        ({"Idempotency-Key": "k" * 300}, 400, "visible ASCII"),
        ({"Content-Length": "1000001"}, 413, "1000000 at most"),
        ({"Transfer-Encoding": "chunked", "Content-Length": "3"}, 400, "one of them"),
    ],
)
def test_what_is_not_taken_is_sent_back_in_words(
    world: UploadWorld, headers: dict[str, str], status: int, words: str
) -> None:
    answer = world.post(b"UNB", headers=headers)
    assert answer.status == status
    told = facts(answer)
    assert words in told["detail"]
    assert told["type"] == f"urn:edi-gateway:problem:{told['code']}"
    assert told["status"] == status
    assert world.rows(kind="file") == []


def test_other_methods_paths_and_an_empty_body(world: UploadWorld) -> None:
    answer = world.ask("DELETE")
    assert (answer.status, header(answer, "Allow")) == (405, "POST, PUT, GET, HEAD")
    assert world.post(path="/in/acme-retail").status == 404
    answer = world.post(b"")
    assert (answer.status, facts(answer)["code"]) == (400, "T441")
    assert "empty" in facts(answer)["detail"]


# ---- what became of it


def test_the_partner_may_ask_what_became_of_a_file(world: UploadWorld) -> None:
    assert facts(world.ask())["ready"] is True
    number = facts(world.post(orders(numbers=("PO1", "PO2"), quantity={"PO2": "many"})))["message"]
    path = f"/in/acme-retail/web/{number}"
    assert facts(world.ask(path=path))["state"] == "received"
    world.run()
    told = facts(world.ask(path=path))
    assert (told["state"], sum(told["messages"].values())) == ("split", 2)
    assert told["messages"]["refused"] == 1
    assert told["problems"], "and what was wrong, where"
    assert {"code", "severity", "sentence", "place"} <= set(told["problems"][0])
    for other in ("999", "0", "x", "1" * 30):
        assert world.ask(path=f"/in/acme-retail/web/{other}").status == 404


def test_files_of_others_are_nobodys(world: UploadWorld) -> None:
    world.acme("a.edi", orders("77"))
    world.run()
    (row,) = [row for row in world.rows(kind="file") if row.source == "acme-retail/main"]
    assert world.ask(path=f"/in/acme-retail/web/{row.id}").status == 404


# ---- trouble of ours


def test_nothing_is_taken_while_a_person_has_paused_it(world: UploadWorld) -> None:
    known = world.post(key="k")
    with world.gateway.house.store.write("test") as connection:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        pauses.add(connection, "acme-retail", "drain", "moving", "ann", at)
    answer = world.post(orders("4712"))
    assert (answer.status, header(answer, "Retry-After")) == (503, "30")
    assert world.post(key="k").body == known.body, "what was answered is answered again"


def test_a_full_disk_promises_nothing(world: UploadWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(receiver_module, "enter", full)
    answer = world.post(key="k")
    assert (answer.status, header(answer, "Retry-After")) == (503, "30")
    monkeypatch.undo()
    assert world.post(key="k").status == 201


def test_a_bug_promises_nothing(world: UploadWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Answer:
        raise RuntimeError("a bug")

    monkeypatch.setattr(receiver_module, "enter", broken)
    assert world.post(key="k").status == 503
