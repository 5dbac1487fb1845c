"""What is exported in the layout of a publisher is imported as it was."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.grammar.directory import Directory
from gateway.grammar.idoc import IdocType
from gateway.grammar.importing import Imported, read_grammar
from tests.grammar.importing import directories, exports

QUICK = settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)


def imported(name: str, data: bytes) -> Imported:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return read_grammar(path)


@pytest.mark.parametrize("layout", exports.LAYOUTS, ids=lambda layout: layout.release)
@QUICK
@given(data=st.data())
def test_directories_of_all_times(layout: exports.Layout, data: st.DataObject) -> None:
    made = data.draw(directories.edifact(layout.release, layout.repeats))
    found = imported("d.zip", exports.unece(made, layout))
    assert [str(one) for one in found.problems] == []
    assert found.made == made


@QUICK
@given(made=directories.x12())
def test_sef_files(made: Directory) -> None:
    found = imported("partner.sef", exports.sef(made).encode())
    assert [str(one) for one in found.problems] == []
    assert found.made == made


@QUICK
@given(made=directories.idocs(), extension=st.booleans())
def test_idoc_types(made: IdocType, extension: bool) -> None:
    found = imported("x.txt", exports.we60(made, "ORDERS05" if extension else "").encode())
    assert [str(one) for one in found.problems] == []
    assert found.made == made


@QUICK
@given(made=st.one_of(directories.edifact(), directories.x12(), directories.idocs()))
def test_what_is_written_is_read_back(made: Directory | IdocType) -> None:
    with TemporaryDirectory() as root:
        folder = Path(root) / made.standard / made.name
        made.write(folder)
        assert type(made).read(folder) == made


@QUICK
@given(
    start=st.sampled_from([b"PK\x03\x04", b".VER 1.5\n.INI\n", b"BEGIN_SEGMENT_SECTION\n"]),
    rest=st.binary(max_size=400),
)
def test_any_bytes_are_read_without_an_exception(start: bytes, rest: bytes) -> None:
    found = imported("x", start + rest)
    assert found.problems or found.made is not None
