"""Problems of settings that partners share (C120 to C139): ``_like/`` and ``defaults``."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _row(
    code: str,
    title: str,
    sentence: str,
    *,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return Code(
        code=code,
        layer=Layer.CONFIG,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=severity,
    )


CODES: tuple[Code, ...] = (
    _row(
        "C120",
        "There is no such parent",
        "like: there is no file {wanted}",
        why="`like` names a file of settings that several partners share. Without it nobody knows "
        "what would hold for this partner, so he is left out.",
        remedy="write {wanted}, or name one that is there: {known}{hint}",
    ),
    _row(
        "C121",
        "A setting of one partner stands in a parent",
        "{setting} cannot be shared by partners",
        why="A parent holds what many partners have in common. Who a partner is, and how envelopes "
        "and the ERP name him, would be claimed by all of them at once.",
        remedy="write {setting} in the partner.yaml of each partner, and take it out here",
    ),
    _row(
        "C122",
        "A parent has a parent",
        "a parent cannot have a parent itself: like: {value}",
        why="There is one level of parents, so that a value stands in one of three places: the "
        "partner's file, his parent, or defaults of _own.yaml.",
        remedy="copy what is needed of {value} into this file, and take like out; what holds for "
        "all partners belongs into defaults of _own.yaml",
    ),
    _row(
        "C123",
        "An agreement that does not say which of several it means",
        "{document} {direction} is agreed more than once, and this row has no standard",
        why="The partner's file or his parent has several agreements for this document and "
        "direction. Which of them a row adds to is told by its standard.",
        remedy="add the standard of the agreement that is meant",
    ),
    _row(
        "C124",
        "A shared row of agreements that no agreement has a use for",
        "no agreement of a partner is {document} {direction}, so this row does nothing",
        why="A row without a standard adds its settings to the agreements of partners that it "
        "fits. None does.",
        remedy="correct document and direction, add the standard if every partner has this "
        "agreement, or take the row out",
        severity=Severity.WARNING,
    ),
    _row(
        "C125",
        "The same agreement twice in a parent",
        "{document} {direction} with {standard} stands twice in this file",
        why="Of two rows for the same agreement only one would count, and nobody could tell which.",
        remedy="make one row of both; the first one stands in line {other_line}",
    ),
    _row(
        "C126",
        "The file of a parent has a name that cannot be used",
        "{value} is not a name that like can have",
        why="A parent is named by its file: small letters, digits and hyphens, and `.yaml`.",
        remedy="rename the file, for example to {hint}.yaml",
    ),
)
