"""What was agreed with a partner, judged by what a message really was.

Headers claim; here counts what was decrypted, verified and inflated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gateway.channels.as2.link import Link, Wanted
from gateway.problems import Problem, Severity, problem

if TYPE_CHECKING:
    from gateway.channels.as2.message.opened import Opened

_ENCRYPTED: Final = frozenset({"enveloped", "auth-enveloped"})
_MISSING: Final = {"signed": "T238", "encrypted": "T239", "compressed": "T240"}


def judge(opened: Opened, link: Link) -> tuple[Problem, ...]:
    """What the agreement says against a message that was opened whole; errors refuse it."""
    return (*_layers(opened, link), *_algorithms(opened, link))


def _layers(opened: Opened, link: Link) -> Iterator[Problem]:
    kinds = {layer.kind for layer in opened.layers}
    achieved: list[tuple[str, Wanted, bool]] = [
        ("signed", link.policy.signed, opened.signer is not None),
        ("encrypted", link.policy.encrypted, not kinds.isdisjoint(_ENCRYPTED)),
        ("compressed", link.policy.compressed, "compressed" in kinds),
    ]
    for layer, wanted, was in achieved:
        if wanted == "required" and not was:
            yield problem(_MISSING[layer], partner=link.partner)
        elif wanted == "refused" and was:
            yield problem("T241", layer=layer, partner=link.partner)


def _algorithms(opened: Opened, link: Link) -> Iterator[Problem]:
    for layer in opened.layers:
        if layer.kind == "signed" and "sha-1" in layer.algorithms:
            yield problem("T242", severity=_opted(link.policy.sha1), signer=layer.who)
        elif layer.kind in _ENCRYPTED and "3des" in layer.algorithms:
            yield problem("T243", severity=_opted(link.policy.triple_des))


def _opted(accepted: bool) -> Severity:
    return Severity.WARNING if accepted else Severity.ERROR
