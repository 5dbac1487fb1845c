"""How a file is laid out around its records: rows, titles, what stands before and after them."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.grammar.layoutmodel import RecordLayout
from gateway.syntax.csvrecords import Delimited


@dataclass(frozen=True, slots=True)
class FileForm:
    """Settings of a layout that belong to no record. Each kind of file uses some of them."""

    delimited: Delimited = field(default_factory=Delimited)
    """csv. Its ``newline`` ends the lines of flat files too."""
    titles: bool = False
    """csv, xlsx: whether a row of titles names the columns."""
    skip: int = 0
    """Lines before the first that counts."""
    full_rows: bool = False
    """csv: whether empty cells at the end of a row are written."""
    unknown: str = "warn"
    """csv, xlsx: columns that the layout does not name: ``warn``, ``refuse``, ``ignore``."""
    key: tuple[str, ...] = ()
    """Fields of the document that tell it from the next, where each row is one line of it."""
    repeat: bool = True
    """Whether every row of such a document is written with the fields of the document."""
    file_header: RecordLayout | None = None
    """A record before all documents."""
    file_footer: RecordLayout | None = None
    """A record behind all documents."""
    code_at: int = 0
    """flat: index of the first character of the record type."""
    line_length: int = 0
    """flat: characters of every line; 0: lines end where their text ends."""
    short_lines: bool = True
    """flat: whether lines may be shorter than their last field ends."""
    wrapper: tuple[str, ...] = ()
    """json: names of the objects around the document or the list of documents."""
    as_list: bool = False
    """json: whether a single document is written as a list of one."""
    absent: str = "omit"
    """json: what is written for a field without a value: ``omit``, ``null``, ``empty``."""
    sheet: str = ""
    """xlsx: title of the sheet; empty: the first one."""
