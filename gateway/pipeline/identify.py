"""From whom an interchange is, and whether he may send it.

The password of a partner (UNB 0022, ISA04) is compared in constant time, and neither the one that
was agreed nor the one that came is ever shown.
"""

from __future__ import annotations

import hmac
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.config.secrets import Secret, resolve
from gateway.grammar.envelope import Interchange
from gateway.grammar.envelope.model import Fields
from gateway.pipeline.failure import NUMBER
from gateway.problems import Problem, problem
from gateway.telemetry.secrets import mask

REFUSED = frozenset({"P102", "P170"})
"""What the sender is told; anything else waits for a person here."""
_PASSWORDS = {"edifact": ("UNB 0022", 6), "x12": ("ISA04", 4)}
"""By standard: the name of the element, and its position."""


def identify(
    workspace: Workspace, interchange: Interchange, owner: Partner | None
) -> tuple[Partner | None, Problem | None]:
    """The partner an interchange is from, and why it cannot be processed as his.

    ``owner``: the partner in whose folder it lay.
    """
    standard = interchange.standard
    sender, receiver = interchange.sender, interchange.receiver
    partner = workspace.partner_by_identity(standard, sender.qualifier, sender.id, sender.routing)
    if partner is None:
        return None, problem("P101", sender=sender, message=NUMBER)
    if owner is not None and owner.partner != partner.partner:
        facts: dict[str, Any] = {"partner": partner.partner, "owner": owner.partner}
        return partner, problem("P103", sender=sender, **facts)
    if not workspace.is_ours(standard, receiver.qualifier, receiver.id, receiver.routing):
        ours = workspace.own.identities.of(standard)
        return partner, problem("P102", receiver=receiver, ours=ours)
    identity = partner.identities.of(standard)
    if identity is None or identity.password is None:
        return partner, None
    return partner, _password(workspace, partner, identity.password, interchange)


def _password(
    workspace: Workspace, partner: Partner, secret: Secret, interchange: Interchange
) -> Problem | None:
    name, at = _PASSWORDS[interchange.standard]
    facts: dict[str, Any] = {"partner": partner.partner, "standard": interchange.standard}
    try:
        agreed = resolve(secret, workspace.base).strip()
    except OSError as failure:
        return problem("P171", reason=str(failure), id=NUMBER, **facts)
    mask(agreed)
    came = Fields(interchange.header)[at, 1].strip()
    if hmac.compare_digest(came.encode("utf-8", "surrogatepass"), agreed.encode()):
        return None
    return problem("P170", element=name, **facts)
