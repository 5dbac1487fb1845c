"""Excel files (xlsx) from rows of values. The same rows give the same bytes.

Texts are written as texts: one that begins with ``=`` is no formula, and never runs.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence

_NEW_YEAR = (1980, 1, 1, 0, 0, 0)
_CREATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_LONGEST_TITLE = 31


def write_sheet(rows: Iterable[Sequence[object]], title: str) -> bytes:
    """A file of one sheet. Values are ``str``, ``Decimal``, ``date`` or ``None``."""
    from openpyxl import Workbook  # noqa: PLC0415 (slow to import, seldom needed)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "_", title)[:_LONGEST_TITLE])
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    return _timeless(made.getvalue())


def _timeless(data: bytes) -> bytes:
    """Without the time it was made at."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for one in source.infolist():
            content = source.read(one)
            if one.filename == "docProps/core.xml":
                content = _CREATED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(one.filename, _NEW_YEAR), content,
                            zipfile.ZIP_DEFLATED)  # fmt: skip
    return packed.getvalue()
