"""What a replay would give, beside what there is: nothing is stored, sent or moved.

The archived file is judged again, by the settings of now or then, and each message in it is
compared with its row. Only the first results that differ are kept in detail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from gateway.config.asthen import warnings
from gateway.config.snapshot import Snapshot
from gateway.pipeline.house import STATUSES, House, Rules, is_sandbox
from gateway.pipeline.replay.again import NothingToReplayError, Wish, is_sent_again, origin
from gateway.pipeline.replay.choose import chosen, is_empty, replayed_as
from gateway.pipeline.replay.compare import Comparing, Comparison, Part
from gateway.pipeline.replay.obstacle import named, obstacle
from gateway.pipeline.replay.then import rules_of
from gateway.pipeline.shops.step import is_of_shop
from gateway.pipeline.trial import Trial, try_export, try_interchanges
from gateway.problems import Problem, problem
from gateway.store import Filter, Message, messages, snapshots
from gateway.syntax import detect

_OF_SHOP = (
    "what the ERP is given for a record of a shop depends on what it has then; it is not compared "
    "beforehand"
)
DETAILED = 20
"""Results that differ and are kept with all their differences."""


@dataclass(slots=True)
class Preview:
    """All that was compared."""

    compared: list[Comparison] = field(default_factory=list)
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    """(message, why it would not be replayed); with ``--force`` some would."""
    skipped: list[tuple[int, Problem]] = field(default_factory=list)
    warned: list[Problem] = field(default_factory=list)
    """What is not as then, although it was asked for."""

    @property
    def counts(self) -> dict[str, int]:
        """How many by verdict."""
        return dict(Counter(each.verdict for each in self.compared))


def preview(
    house: House,
    which: Sequence[int] | Filter,
    *,
    as_then: bool = False,
    resend: bool = False,
    force: bool = False,
) -> Preview:
    """Compare what would be replayed with what there is."""
    shown, wish = Preview(), Wish("", as_then, resend, force)
    if isinstance(which, Filter) and is_empty(which):
        shown.refused.append((0, problem("P207")))
        return shown
    with house.store.read() as connection:
        parts = list(_parts(connection, house, which, wish, shown))
    groups: dict[tuple[int, str], list[Part]] = {}
    for part in parts:
        config = part.row.config if as_then else house.workspace.hash
        groups.setdefault((part.file.id, config), []).append(part)
    if as_then:
        shown.warned += _warnings(house, {config for _, config in groups})
    for (_, config), group in groups.items():
        _compare_file(house, config, group, shown)
    return shown


def _warnings(house: House, hashes: set[str]) -> Iterator[Problem]:
    with house.store.read() as connection:
        for hash_ in sorted(hashes - {house.workspace.hash}):
            found = snapshots.read(connection, hash_)
            if isinstance(found, Snapshot):
                yield from warnings(found)


def _parts(
    connection: Connection,
    house: House,
    which: Sequence[int] | Filter,
    wish: Wish,
    shown: Preview,
) -> Iterator[Part]:
    for row in _rows(connection, which, shown):
        before = replayed_as(connection, row, wish) if isinstance(which, Filter) else None
        if before is not None:
            facts = {"what": named(row), "again": str(before), "id": str(row.id)}
            shown.skipped.append((row.id, Problem("P205", facts=facts)))
            continue
        found = obstacle(connection, row, wish)
        if found is not None and not wish.force:
            shown.refused.append((row.id, found))
        if is_sent_again(row, wish):
            shown.compared.append(Comparison(row.id, named(row), row.state, "sent"))
            continue
        if row.source in STATUSES:  # what the ERP said is entered once, whatever the settings are
            shown.compared.append(Comparison(row.id, named(row), row.state, row.state))
            continue
        if is_of_shop(house.workspace, row):
            shown.refused.append((row.id, problem("P206", id=row.id, reason=_OF_SHOP)))
            continue
        try:
            yield Part(row, *origin(connection, row))
        except NothingToReplayError as nothing:
            shown.refused.append((row.id, problem("P206", id=row.id, reason=nothing)))


def _rows(
    connection: Connection, which: Sequence[int] | Filter, shown: Preview
) -> Iterator[Message]:
    if isinstance(which, Filter):
        yield from chosen(connection, which)
        return
    for id_ in dict.fromkeys(which):
        row = messages.get(connection, id_)
        if row is None:
            reason = f"there is no message {id_}"
            shown.refused.append((id_, problem("P206", id=id_, reason=reason)))
        else:
            yield row


def _compare_file(house: House, config: str, group: Sequence[Part], shown: Preview) -> None:
    """All parts of one file, which is read once."""
    file = group[0].file
    rules = rules_of(house, config, group[0].row.id)
    if isinstance(rules, Problem):
        shown.refused += [(part.row.id, rules) for part in group]
        return
    try:
        data = house.store.payload(str(file.payload))
    except KeyError:
        found = problem("P193", sha=file.payload, id=file.id)
        shown.refused += [(part.row.id, found) for part in group]
        return
    trial = _try(rules, file, data, {part.only for part in group})
    with house.store.read() as connection:
        comparing = Comparing(connection, house, rules, trial)
        for part in group:
            for each in comparing.part(part):
                shown.compared.append(_bounded(each, shown))


def _try(rules: Rules, file: Message, data: bytes, wanted: set[str]) -> Trial:
    if file.direction == "in":
        owner, _ = rules.partner_of(file.source)
        return try_interchanges(rules, file.name, data, owner, wanted)
    kind = str(detect(data[:4096]))
    test = is_sandbox(file.source)
    return try_export(rules, file.name, data, kind, file.document or None, wanted, test=test)


def _bounded(each: Comparison, shown: Preview) -> Comparison:
    detailed = sum(1 for one in shown.compared if one.verdict != "same" and not one.brief)
    if each.verdict == "same" or detailed < DETAILED:
        return each
    return replace(each, fields=(), gone=(), new=(), lines=(), brief=True)
