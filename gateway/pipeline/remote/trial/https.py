"""The test of a channel by HTTPS: the address answers and is the right one; nothing is posted."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.channels.remote.step import Step
from gateway.pipeline.remote.check import channel_problems
from gateway.pipeline.remote.trial.address import answers
from gateway.pipeline.remote.trial.terms import Terms, failed


def try_https(terms: Terms) -> Iterator[Step]:
    """Of our own address there is nothing to try from here."""
    settings = terms.channel.https
    assert settings is not None
    at = terms.clock()
    for found in channel_problems(terms.workspace, terms.partner, terms.name, terms.channel, at):
        yield failed("settings", found)
        return
    yield terms.described()
    if settings.receive is not None:
        path = f"/in/{terms.partner}/{terms.name}"
        yield Step("settings", f"files are taken at {path} of our web port")
    if settings.send is not None:
        yield from answers(terms, settings.send.url, settings.send.http)
