"""How a party is named in envelopes, documents and the ERP (``identities``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.values import Gln

ROUTED = "\x1f"
"""Between an id and its routing in one text; no envelope has it in an id."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which envelopes name a party."""

    id: str
    qualifier: str
    routing: str
    setting: tuple[str | int, ...]
    """Where it is written, below the identity: ``("also", 0, "id")``."""
    test: bool = False
    """It is the id of test interchanges."""

    @property
    def key(self) -> str:
        """The id, with its routing where that counts."""
        return routed(self.id, self.routing)

    def names(self, qualifier: str, id_: str, routing: str) -> bool:
        """Whether an envelope that says this means it; what is not written is not compared."""
        return (
            self.id == id_ and self.qualifier in ("", qualifier) and self.routing in ("", routing)
        )


def routed(id_: str, routing: str) -> str:
    """An id and its routing as one text."""
    return f"{id_}{ROUTED}{routing}" if routing else id_


class FurtherId(Closed):
    """Another id of the same party: a depot, a subsidiary, an old number."""

    id: Text = Field(description="the id in the envelope", max_length=35)
    qualifier: str | None = Field(
        default=None, description="its qualifier, where it is another", max_length=4
    )
    test_id: Text | None = Field(
        default=None, description="the id in test interchanges, if another", max_length=35
    )
    routing: str = Field(
        default="",
        description="internal identification (UNB 0008, 0014), where only that tells apart",
        max_length=14,
    )


class Identity(Closed):
    """An id with its qualifier, as the envelope names a party."""

    id: Text = Field(
        description="the id in the envelope: UNB 0004/0010, ISA06/ISA08", max_length=35
    )
    qualifier: str = Field(
        default="", description="its qualifier: UNB 0007 (14 is GS1), ISA05/ISA07", max_length=4
    )
    test_id: Text | None = Field(
        default=None, description="the id in test interchanges, if another", max_length=35
    )
    group: Text | None = Field(
        default=None, description="the code in GS02/GS03 or UNG, if another than id", max_length=35
    )
    routing: str = Field(
        default="",
        description="internal identification (UNB 0008, 0014) that envelopes must name, too, where "
        "several share an id",
        max_length=14,
    )
    also: tuple[FurtherId, ...] = Field(
        default=(), description="further ids of the same party: depots, subsidiaries, old numbers"
    )
    password: SecretText | None = Field(
        default=None,
        description="of a partner: what his interchanges must carry as recipient reference (UNB "
        "0022) or security information (ISA04): ${env:NAME} or ${file:PATH}",
    )

    def spellings(self) -> Iterator[Spelling]:
        """Every way in which envelopes name the party."""
        yield from _spelled(self, self.qualifier, ())
        for index, one in enumerate(self.also):
            qualifier = self.qualifier if one.qualifier is None else one.qualifier
            yield from _spelled(one, qualifier, ("also", index))

    def spelling(self, qualifier: str, id_: str, routing: str = "") -> Spelling | None:
        """The one that an envelope means; one with its routing before one without."""
        found = [one for one in self.spellings() if one.names(qualifier, id_, routing)]
        return max(found, key=lambda one: (bool(one.routing), bool(one.qualifier)), default=None)

    def __str__(self) -> str:
        """``4012345000009:14``."""
        return f"{self.id}:{self.qualifier}" if self.qualifier else self.id


def _spelled(
    one: Identity | FurtherId, qualifier: str, path: tuple[str | int, ...]
) -> Iterator[Spelling]:
    yield Spelling(one.id, qualifier, one.routing, (*path, "id"))
    if one.test_id is not None and one.test_id != one.id:
        yield Spelling(one.test_id, qualifier, one.routing, (*path, "test_id"), test=True)


class ErpIdentity(Closed):
    """How the ERP names the partner."""

    customer: Text | None = Field(default=None, description="the partner's customer number")
    supplier: Text | None = Field(default=None, description="our supplier number at the partner")


class Identities(Closed):
    """How a party is named in envelopes, documents and the ERP."""

    gln: Gln | None = Field(default=None, description="Global Location Number, 13 digits")
    edifact: Identity | None = Field(default=None, description="sender or receiver in UNB")
    x12: Identity | None = Field(default=None, description="sender or receiver in ISA")
    erp: ErpIdentity = ErpIdentity()

    def of(self, syntax: str) -> Identity | None:
        """The identity in envelopes of ``edifact`` or ``x12``."""
        return self.edifact if syntax == "edifact" else self.x12
