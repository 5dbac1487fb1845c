"""The test of a channel by AS2: a small message, and its receipt."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.channels.remote.step import Step
from gateway.pipeline.remote.trial.terms import Terms, failed
from gateway.problems import problem


def try_as2(terms: Terms) -> Iterator[Step]:
    """As `gateway partner ping` does it."""
    settings = terms.channel.as2
    assert settings is not None
    if terms.workspace.own.as2 is None:
        reason = "partners/_own.yaml has no group as2"
        yield failed("settings", problem("T363", setting="as2", reason=reason))
        return
    if settings.url is None:
        yield terms.described()
        yield Step("write", "nothing is sent this way; the partner's messages come to our address")
        return
    if not terms.write:
        yield terms.described()
        yield Step("write", "not tried, as asked: the test is a message")
        return
    from gateway.pipeline.as2.ping import ping  # noqa: PLC0415 (slow to load)

    for each in ping(terms.workspace, terms.partner, terms.name, terms.clock):
        yield Step(each.name, each.text, each.found, each.remedy)
