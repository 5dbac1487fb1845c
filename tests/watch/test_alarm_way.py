"""The whole way of an alarm: what goes wrong, the mail and the call that tell of it, the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.pipeline.dispatch import duties
from gateway.pipeline.watch import watch
from tests.channels.notice_peers import Hook, Mailbox, http_server, smtp_server
from tests.pipeline.world import GATEWAY, World, orders

TOLD = """\
alarms:
  email:
    server: 127.0.0.1:{port}
    sender: edi@our.example
    to: [ops@our.example]
    security: none
  webhook: {{url: "{url}"}}
"""


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mailbox, Hook]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    only = {"watch": duties.Duty(timedelta(minutes=1), watch)}
    monkeypatch.setattr(duties, "DUTIES", only)
    with smtp_server(Mailbox()) as box, http_server(Hook()) as hook:
        yield box, hook


def made(root: Path, peers: tuple[Mailbox, Hook]) -> World:
    told = TOLD.format(port=peers[0].port, url=peers[1].url)
    return World(root, {"gateway.yaml": GATEWAY + told})


def test_a_held_order_is_told_and_so_is_the_end(
    tmp_path: Path, peers: tuple[Mailbox, Hook]
) -> None:
    box, hook = peers
    world = made(tmp_path, peers)
    world.acme("a.edi", orders())
    world.reload(broken=True)  # a bug of ours meets each order
    world.run()
    world.clock.forward(minutes=1)
    world.run()
    ((_, mail),) = box.taken
    assert "held" in mail["Subject"]
    (held,) = world.gateway.alarms()
    assert held.found.code == "A104"
    assert held.message is not None
    world.reload()
    world.gateway.replay(held.message, "mended")
    world.run()
    world.clock.forward(minutes=1)
    world.run()
    assert world.gateway.alarms() == []
    assert len(box.taken) == 2
    assert "over: " in box.taken[1][1]["Subject"]
    assert [json.loads(body)["type"] for _, _, body in hook.calls] == [
        "alarm.raised",
        "alarm.resolved",
    ]
    world.gateway.close()


def test_a_server_that_is_down_delays_and_one_that_is_up_is_not_held_up(
    tmp_path: Path, peers: tuple[Mailbox, Hook]
) -> None:
    box, hook = peers
    box.answer = "451 later"
    world = made(tmp_path, peers)
    world.acme("a.edi", orders())
    world.reload(broken=True)
    world.run()
    for _ in range(12):
        world.clock.forward(hours=1)
        world.run()
    assert box.taken == []
    assert [one.found.code for one in world.gateway.alarms()] == ["A109", "A104"]
    assert len(hook.calls) >= 2
    box.answer = "250 taken"
    for _ in range(5):
        world.clock.forward(minutes=15)
        world.run()
    subjects = [str(mail["Subject"]) for _, mail in box.taken]
    assert len({mail["Message-ID"] for _, mail in box.taken}) == len(subjects) >= 3
    assert any("over: alarms cannot be told by e-mail" in subject for subject in subjects)
    world.gateway.close()
