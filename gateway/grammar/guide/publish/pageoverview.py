"""The overview of a page: the tree of segments and groups, and what is not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.grammar.guide.model import Body, Guide, MemberRule, Slot
from gateway.grammar.guide.names import display_name
from gateway.grammar.guide.publish.draft import inner_body
from gateway.grammar.guide.publish.layers import Layers, without_slots
from gateway.grammar.guide.publish.markup import Content, Markup, badge, join, table, tag
from gateway.grammar.guide.publish.words import count_words, said_of
from gateway.grammar.model import UNBOUNDED, Group, SegmentSlot

_COLUMNS = (
    ("No", "number"),
    ("Segment or group", "branch"),
    ("Told apart by", ""),
    ("Base", "narrow"),
    ("Guide", "narrow"),
    ("Remarks", ""),
)
_DEEPEST = 6
_OTHERS = {
    "keep": "any other qualifier: taken as the directory has it",
    "warn": "any other qualifier: taken and reported",
}


def overview(guide: Guide, layers: Layers, anchors: Mapping[str, str]) -> Markup:
    """The table, and a line of what is not used."""
    made = _Overview(layers, anchors)
    rows = list(made.members(guide.body, guide.grammar.root, "", 0))
    caption = f"Segments and groups of {guide.base.name} in their order"
    unused: Content = None
    if made.unused:
        listed: list[Content] = []
        for path in made.unused:
            listed += [", " if listed else None, tag("code", path)]
        unused = tag("p", tag("strong", "Not used: "), *listed, class_="small")
    return join([tag("div", table(_COLUMNS, rows, caption), class_="wide"), unused])


class _Overview:
    def __init__(self, layers: Layers, anchors: Mapping[str, str]) -> None:
        self.layers = layers
        self.anchors = anchors
        self.unused: list[str] = []
        self.number = 0

    def members(self, body: Body, group: Group, path: str, depth: int) -> Iterator[Markup]:
        """The rows of the members of a group, the trigger first."""
        free: list[str] = []
        for index, member in enumerate(group.members):
            rule = body.member(index)
            name = display_name(group, index)
            here = f"{path}/{name}" if path else name
            if index and rule is None and not member.min:
                free.append(name)
                continue
            if rule is not None and not rule.max:
                self._leave_out(here, own=self.layers.member(here, rule, None))
                continue
            yield from self._free(free, depth)
            if not index:
                yield self._trigger(member, path, depth)
            elif rule is None or not rule.slots:
                yield from self._one(rule, None, member, here, depth)
            else:
                yield from self._slots(rule, member, here, depth)
        yield from self._free(free, depth)

    def _slots(
        self, rule: MemberRule, member: Group | SegmentSlot, path: str, depth: int
    ) -> Iterator[Markup]:
        for slot in rule.slots:
            yield from self._one(rule, slot, member, f"{path}:{slot.name}", depth)
        if rule.other != "reject":
            yield self._row(path, member, depth, None, (0, rule.max), _OTHERS[rule.other])

    def _free(self, names: list[str], depth: int) -> Iterator[Markup]:
        """What the guide does not speak of, in one row."""
        if not names:
            return
        shown: list[Content] = []
        for name in names:
            shown += [", " if shown else None, tag("code", name)]
        names.clear()
        yield tag(
            "tr",
            tag("td", class_="number"),
            tag("td", *_lines(depth), "as the directory has it", class_=_branch(depth)),
            tag("td", *shown, colspan="4"),
            class_="inherited",
        )

    def _trigger(self, member: Group | SegmentSlot, path: str, depth: int) -> Markup:
        where = f"{path}/{member.tag}" if path else member.tag
        return self._row(where, member, depth, None, (1, 1), "", own=True)

    def _one(
        self,
        rule: MemberRule | None,
        slot: Slot | None,
        member: Group | SegmentSlot,
        path: str,
        depth: int,
    ) -> Iterator[Markup]:
        most = slot.max if slot else rule.max if rule else member.max
        if not most:
            self._leave_out(path, own=True)
            return
        least = slot.min if slot else rule.min if rule else member.min
        body = inner_body(rule, slot)
        own = rule is not None and self.layers.speaks_of(path, rule, slot, body)
        opened = isinstance(member, Group) and (bool(member.min) or self._inside(path, body))
        note = said_of(rule, slot) if rule is not None else ""
        if isinstance(member, Group) and not opened:
            note = note or _tags(member, body)
        yield self._row(path, member, depth, slot, (least, most), note, own=own)
        if opened:
            assert isinstance(member, Group)
            yield from self.members(body, member, path, depth + 1)

    def _base(self, member: Group | SegmentSlot) -> str:
        """``M 1``, ``C 99``."""
        limit = "any" if member.max >= UNBOUNDED else str(member.max)
        optional = "C" if self.layers.guide.base.standard == "edifact" else "O"
        return f"{'M' if member.min else optional} {limit}"

    def _inside(self, path: str, body: Body) -> bool:
        """Whether anything is said of the members of a group."""
        return any(
            self.layers.speaks_of(f"{path}/{one.name}", one, None, one.body)
            or any(
                self.layers.speaks_of(f"{path}/{one.name}:{each.name}", one, each, each.body)
                for each in one.slots
            )
            for one in body.members
        )

    def _leave_out(self, path: str, *, own: bool) -> None:
        """What is not used in any slot is named once."""
        name = path if own else without_slots(path)
        if name not in self.unused:
            self.unused.append(name)

    def _row(
        self,
        path: str,
        member: Group | SegmentSlot,
        depth: int,
        slot: Slot | None,
        counts: tuple[int, int],
        note: str,
        *,
        own: bool = False,
    ) -> Markup:
        self.number += 1
        group = isinstance(member, Group)
        classes = " ".join(filter(None, ["group" if group else "", "" if own else "inherited"]))
        text = path.rpartition("/")[2].partition(":")[0]
        shown: Content = tag("code", text)
        anchor = self.anchors.get(path)
        if anchor is not None:
            shown = tag("a", shown, href=f"#{anchor}")
        name = (
            join([shown, " "])
            if slot is None
            else join([shown, " ", tag("span", slot.name, class_="slot")])
        )
        return tag(
            "tr",
            tag("td", str(self.number), class_="number"),
            tag("th", *_lines(depth), name, class_=_branch(depth), scope="row"),
            tag("td", slot.values if slot else None),
            tag("td", self._base(member), class_="narrow"),
            tag(
                "td", badge("R" if counts[0] else "O"), f" {count_words(*counts)}", class_="narrow"
            ),
            tag("td", note),
            class_=classes or None,
        )


def _lines(depth: int) -> list[Markup]:
    """The lines of a tree that go past a row."""
    return [tag("i") for _ in range(depth)]


def _branch(depth: int) -> str:
    return f"branch d{min(depth, _DEEPEST)}" if depth else "branch"


def _tags(group: Group, body: Body) -> str:
    """What is in a group that is not opened."""
    unused = {one.index for one in body.members if not one.max}
    return ", ".join(
        display_name(group, index) for index in range(len(group.members)) if index not in unused
    )
