"""How guides call the segments and groups of a message."""

from __future__ import annotations

from gateway.grammar.model import Group, SegmentSlot


def member_names(group: Group) -> dict[str, int]:
    """How guides call the members of a group: by name, ``NAME#2`` the second of that name.

    A group can also be called by its trigger where no other member has that tag.
    """
    names: dict[str, int] = {}
    counts: dict[str, int] = {}
    for index, member in enumerate(group.members):
        name = own_name(member)
        counts[name] = counts.get(name, 0) + 1
        names[f"{name}#{counts[name]}"] = index
        if counts[name] == 1:
            names[name] = index
    for name, count in counts.items():
        names.pop(name if count > 1 else f"{name}#1")
    tags = [member.tag for member in group.members]
    for index, member in enumerate(group.members):
        if isinstance(member, Group) and tags.count(member.tag) == 1:
            names.setdefault(member.tag, index)
    return names


def listed_names(group: Group) -> list[str]:
    """One name per member in base order, for findings."""
    names: dict[int, str] = {}
    for name, index in member_names(group).items():
        names.setdefault(index, name)
    return [names[index] for index in sorted(names)]


def own_name(member: SegmentSlot | Group) -> str:
    """``SG2`` or ``N1`` of a group, the tag of a segment."""
    return member.name if isinstance(member, Group) else member.tag


def display_name(group: Group, index: int) -> str:
    """The name of a member that is unique in its group."""
    names = member_names(group)
    name = own_name(group.members[index])
    if names.get(name) == index:
        return name
    return next(each for each, at in names.items() if at == index and each.startswith(f"{name}#"))
