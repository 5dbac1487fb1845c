"""What SAP says about the IDocs it was given: posted, not posted, and what cannot be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.config.translation import Translation
from gateway.grammar.idoc.control import Stamp
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.settings import Settings
from gateway.grammar.idoc.status import IdocStatus, write_status_file, write_statuses
from gateway.grammar.idoc.tree import Idoc, Segment
from gateway.pipeline import Gateway, Summary
from gateway.pipeline.posting_read import read_said
from gateway.pipeline.replay import preview
from gateway.pipeline.resting import rest, resume
from gateway.store import Filter, Message
from gateway.store.alarms import AlarmFilter
from tests.idoc.conftest import plain
from tests.pipeline.world import GATEWAY, Clock, drop, make, orders, visible

SETTINGS = GATEWAY.replace("order: csv", "order: idoc")
AT = Clock().now


@dataclass
class Sap:
    """The gateway with a SAP behind it that answers by hand."""

    root: Path
    shared: Translation
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.workspace = make(self.root, {"gateway.yaml": SETTINGS})
        self.gateway = self.open()

    def open(self, checkpoint: Callable[[str], None] | None = None) -> Gateway:
        return Gateway.open(
            self.workspace, clock=self.clock, checkpoint=checkpoint, translation=self.shared
        )

    def order(self, reference: str = "4711", number: str = "PO1") -> Message:
        """An order of acme-retail that lies in SAP's folder."""
        drop(self.root / "acme/in", f"{reference}.edi", orders(reference, (number,)))
        self.gateway.run_once()
        row = self.gateway.messages(Filter(kind="message"))[0]
        assert row.state == "acknowledged", told(self.gateway, row.id)
        return row

    def says(self, data: bytes, name: str = "aleaud.idoc") -> Summary:
        """A file of SAP in the folder for statuses, and a look of the gateway."""
        drop(self.root / "erp/in/status", name, data)
        self.clock.forward(seconds=60)
        return self.gateway.run_once()

    def row(self, id_: int) -> Message:
        found = self.gateway.message(id_)
        assert found is not None
        return found.message

    def timeline(self, id_: int) -> list[str]:
        found = self.gateway.message(id_)
        assert found is not None
        return [event.text for event in found.events]

    def file(self) -> Message:
        """The last file of statuses."""
        return self.gateway.messages(Filter(kind="file", document="status"))[0]

    def errors(self) -> str:
        folder = self.root / "erp/in/status/error"
        return "\n".join((folder / n).read_text() for n in visible(folder) if n.endswith(".txt"))

    def alarms(self) -> list[str]:
        return [alarm.found.sentence for alarm in self.gateway.alarms()]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Translation:
    """Maps and formats, loaded once."""
    return Translation(make(tmp_path_factory.mktemp("shared"), {"gateway.yaml": SETTINGS}))


@pytest.fixture
def sap(tmp_path: Path, shared: Translation) -> Iterator[Sap]:
    made = Sap(tmp_path, shared)
    yield made
    made.gateway.close()


def told(gateway: Gateway, id_: int) -> list[str]:
    found = gateway.message(id_)
    return [] if found is None else [each.sentence for each in found.problems]


def codes(gateway: Gateway, id_: int) -> list[str]:
    found = gateway.message(id_)
    return [] if found is None else [each.code for each in found.problems]


def state(
    row: int, status: str, text: str, made: str = "", *, theirs: str = "880", **more: str
) -> Segment:
    """E1STATE about one of our messages."""
    fields = {"DOCNUM": f"{row:016}", "STATUS": status, "STATXT": text, **more}
    named = {"DOCNUM": theirs.zfill(16)} | ({"OBJTYPE": "BUS2032", "OBJKEY": made} if made else {})
    return Segment("E1STATE", fields, [Segment("E1PRTOB", named)])


def aleaud(*states: Segment, kind: str = "ORDERS", form: str = "flat") -> bytes:
    """An ALEAUD01 as SAP writes it."""
    control = {"TABNAM": "EDI_DC40", "IDOCTYP": "ALEAUD01", "MESTYP": "ALEAUD", "DIRECT": "1"}
    head = Segment("E1ADHDR", {"MESTYP": kind[:6], "MESTYP_LNG": kind}, list(states))
    layout = IdocFormat("ALEAUD01", plain("ALEAUD01").type, Settings(form=form))
    data, problems = layout.encoded([Idoc(control, [head])])
    assert not problems
    return data


SAVED = "Sales order &1 has been saved"
NO_MATERIAL = "Material &1 is not defined"


def posted(row: int, made: str = "0000012345", **more: str) -> Segment:
    return state(row, "53", SAVED, made, STAPA1_LNG=made, **more)


def refused(row: int, article: str = "ART-9") -> Segment:
    return state(row, "51", NO_MATERIAL, STAPA1_LNG=article, STAMID="VG", STAMNO="140")


@pytest.mark.parametrize("form", ["flat", "xml"])
def test_an_order_is_posted(sap: Sap, form: str) -> None:
    row = sap.order()
    summary = sap.says(aleaud(posted(row.id), form=form))
    assert (summary.answers, summary.refused) == (1, 0)
    assert sap.row(row.id).state == "acknowledged"
    text = "posted by the ERP as 12345 (status 53, IDoc 880): Sales order 0000012345 has been saved"
    assert sap.timeline(row.id)[-1] == text
    assert (sap.file().state, sap.errors(), sap.alarms()) == ("split", "", [])
    assert visible(sap.root / "erp/in/status") == []


def test_a_message_that_nobody_answered_yet_is_acknowledged_when_it_is_posted(sap: Sap) -> None:
    row = sap.order()
    sap.gateway.close()
    with sap.gateway.house.store.write("undone") as connection:
        connection.exec_driver_sql("UPDATE message SET state = 'delivered' WHERE kind = 'message'")
    sap.gateway = sap.open()
    sap.says(aleaud(posted(row.id)))
    assert sap.row(row.id).state == "acknowledged"
    assert sap.timeline(row.id)[-1] == "posted by the ERP"


def test_what_is_not_posted_is_seen_until_it_is(sap: Sap) -> None:
    row = sap.order()
    summary = sap.says(aleaud(refused(row.id)))
    assert (summary.answers, summary.refused) == (1, 1)
    assert sap.row(row.id).state == "refused"
    cause = "Material ART-9 is not defined (VG 140)"
    what = "order PO1 of acme-retail"
    assert told(sap.gateway, row.id)[-1] == f"the ERP did not post {what}: status 51, {cause}"
    assert sap.alarms() == [f"the ERP did not post {what}: {cause}"]
    assert (sap.file().state, sap.errors()) == ("split", "")
    sap.says(aleaud(posted(row.id)), "later.idoc")  # after BD87
    assert (sap.row(row.id).state, sap.alarms()) == ("acknowledged", [])
    sap.says(aleaud(refused(row.id, "ART-8")), "late.idoc")
    assert (sap.row(row.id).state, sap.alarms()) == ("acknowledged", [])
    assert "which it has posted: Material ART-8" in told(sap.gateway, row.id)[-1]


def test_the_same_status_twice_changes_nothing(sap: Sap) -> None:
    row = sap.order()
    first, both = aleaud(refused(row.id)), aleaud(refused(row.id), refused(row.id))
    sap.says(first)
    before = (sap.timeline(row.id), told(sap.gateway, row.id))
    summary = sap.says(first, "again.idoc")
    assert (summary.repeats, sap.file().state) == (1, "refused")
    summary = sap.says(both, "both.idoc")
    assert (summary.answers, sap.file().state) == (0, "split")
    assert (sap.timeline(row.id), told(sap.gateway, row.id)) == before
    assert len(sap.alarms()) == 1


def test_one_unknown_number_does_not_stop_the_others(sap: Sap) -> None:
    row = sap.order()
    sap.says(aleaud(posted(4711), posted(row.id), refused(row.parent or 0)))
    assert sap.timeline(row.id)[-1].startswith("posted by the ERP as 12345")
    assert sap.file().state == "split"
    assert "1 of 3 statuses were entered" in sap.timeline(sap.file().id)[-1]
    assert told(sap.gateway, sap.file().id) == [
        "status 53 is about 4711, which is no message that was delivered to the ERP: Sales order "
        "0000012345 has been saved",
        f"status 51 is about {row.parent}, which is no message that was delivered to the ERP: "
        "Material ART-9 is not defined (VG 140)",
    ]
    assert "P160" in sap.errors()


def test_a_file_of_unknown_numbers_is_refused(sap: Sap) -> None:
    sap.says(aleaud(posted(4711)))
    assert sap.file().state == "refused"
    assert "P160" in sap.errors()
    assert "aleaud.idoc" in visible(sap.root / "erp/in/status/error")


def systat(*statuses: IdocStatus) -> bytes:
    data, problems = write_statuses(statuses, plain("SYSTAT01"), Stamp(7, AT))
    assert not problems
    return data


def records(*statuses: IdocStatus) -> bytes:
    layout = plain("SYSTAT01").type.records["status"]
    return write_status_file(statuses, layout, "100").encode()


@pytest.mark.parametrize("write", [systat, records])
def test_a_number_with_the_key_of_another_hits_nobody(
    sap: Sap, write: Callable[..., bytes]
) -> None:
    row = sap.order()
    other = IdocStatus(str(row.id), "51", "no", key=f"northwind/{row.id}")
    sap.says(write(other), "other.txt")
    assert (sap.row(row.id).state, sap.file().state) == ("acknowledged", "refused")
    (found,) = told(sap.gateway, sap.file().id)
    assert f"names ARCKEY northwind/{row.id}; ours is acme-retail/{row.id}" in found
    mine = IdocStatus(str(row.id), "51", "no", key=f"acme-retail/{row.id}", field="IDTNR")
    sap.says(write(mine), "mine.txt")
    assert sap.row(row.id).state == "refused"
    assert "status 51, no, field IDTNR" in told(sap.gateway, row.id)[-1]


def test_a_key_alone_names_a_message(sap: Sap) -> None:
    row = sap.order()
    sap.says(records(IdocStatus("", "53", "saved", key=f"acme-retail/{row.id}")))
    assert sap.timeline(row.id)[-1] == "posted by the ERP (status 53): saved"


def test_a_status_about_another_kind_of_message_hits_nobody(sap: Sap) -> None:
    row = sap.order()
    sap.says(aleaud(refused(row.id), kind="INVOIC"))
    assert (sap.row(row.id).state, sap.file().state) == ("acknowledged", "refused")
    assert "names MESTYP INVOIC; ours is ORDERS" in told(sap.gateway, sap.file().id)[0]


def test_two_documents_of_one_order_are_told(sap: Sap) -> None:
    row = sap.order()
    sap.says(aleaud(posted(row.id)))
    sap.says(aleaud(posted(row.id, "0000012399", theirs="881")), "second.idoc")
    (found,) = (text for text in told(sap.gateway, row.id) if "as 12399" in text)
    assert found.endswith("and has posted it as 12345 before")
    assert "P163" in sap.errors()
    assert sap.row(row.id).state == "acknowledged"


@pytest.mark.parametrize("form", ["flat", "xml"])
def test_half_a_file_says_nothing(sap: Sap, form: str) -> None:
    row = sap.order()
    whole = aleaud(posted(row.id), form=form)
    for size in (whole.index(b"been saved"), whole.rindex(b"12345")):
        sap.says(whole[:size], f"{size}.idoc")
        assert (sap.file().name, sap.file().state) == (f"{size}.idoc", "refused")
    assert not any("ERP" in text for text in sap.timeline(row.id))
    sap.says(whole, "whole.idoc")
    assert sap.timeline(row.id)[-1].startswith("posted by the ERP as 12345 ")


def test_what_is_not_final_is_only_noted(sap: Sap) -> None:
    row = sap.order()
    sap.says(aleaud(state(row.id, "64", "IDoc ready to be transferred to application")))
    assert sap.row(row.id).state == "acknowledged"
    assert sap.timeline(row.id)[-1].startswith("seen by the ERP (status 64, IDoc 880): IDoc ready")


ODD = {
    "one-digit.idoc": (aleaud(state(1, "5", "no")), "F360"),
    "order.idoc": (b"EDI_DC40  100" + b" " * 26 + b"ORDERS05" + b" " * 477 + b"\n", "T102"),
    "order.xml": (b"<ORDERS05><IDOC BEGIN='1'><EDI_DC40/></IDOC></ORDERS05>", "T102"),
    "hello.txt": (b"hello\n", "T102"),
    "numbers.json": (b"[1, 2]", "T102"),
    "deep.json": (b"[" * 100_000 + b"]", "T102"),
    "no-number.csv": (b"message,status\nx,53\n", "F360"),
    "nothing.csv": (b"message,status\n", "T102"),
    "nothing.txt": (b"EDI_DS40  100\n", "F360"),
    "empty.txt": (b"", "T101"),
    "picture.png": (b"\x89PNG\r\n\x1a\n", "T102"),
    "wide.xml": ("<ALEAUD01/>".encode("utf-16"), "T102"),
}


def test_files_that_tell_no_status_are_refused(sap: Sap) -> None:
    for name, (data, _) in ODD.items():
        drop(sap.root / "erp/in/status", name, data)
    sap.gateway.run_once()
    rows = sap.gateway.messages(Filter(kind="file", document="status"))
    assert {row.state for row in rows} == {"refused"}
    found = {row.name: codes(sap.gateway, row.id) for row in rows}
    assert found == {name: [code] for name, (_, code) in ODD.items()}


@pytest.mark.parametrize(
    "text",
    [
        "message,status,text,document\n{id:06},posted,saved,4711\n",
        'message;status;text;document;number\n{id};53;saved;"4711";PO1\n',
        '[{{"message": {id}, "status": "posted", "text": "saved", "document": "4711"}}]',
    ],
)
def test_another_erp_answers_by_a_small_table(sap: Sap, text: str) -> None:
    row = sap.order()
    sap.says(text.format(id=row.id).encode(), "status.txt")
    assert sap.timeline(row.id)[-1] == "posted by the ERP as 4711 (status 53): saved"
    sap.says(f"message,status,number\n{row.id},refused,PO2\n".encode(), "other.csv")
    assert "names order PO2; ours is PO1" in told(sap.gateway, sap.file().id)[0]
    assert sap.row(row.id).state == "acknowledged"


def test_a_file_may_tell_of_many(sap: Sap) -> None:
    rows = [sap.order(f"471{n}", f"PO{n}") for n in range(3)]
    later = [refused(row.id) for row in rows] + [posted(row.id, f"{row.id}") for row in rows[1:]]
    summary = sap.says(aleaud(*later))
    assert (summary.answers, summary.refused) == (5, 1)
    states = [sap.row(row.id).state for row in rows]
    assert states == ["refused", "acknowledged", "acknowledged"]
    assert len(sap.alarms()) == 1


def test_what_sap_did_not_post_is_not_sent_again_unseen(sap: Sap) -> None:
    row = sap.order()
    sap.says(aleaud(refused(row.id)))
    shown = preview(sap.gateway.house, [row.id, row.parent or 0])
    assert [found.code for _, found in shown.refused] == ["P202", "P202"]


def test_statuses_can_be_paused(sap: Sap) -> None:
    row = sap.order()
    rest(sap.gateway.house, "erp/status", "pause", "SAP is being upgraded", "me")
    sap.says(aleaud(posted(row.id)))
    assert sap.file().state == "received"
    resume(sap.gateway.house, "erp/status", "me")
    sap.gateway.run_once()
    assert sap.file().state == "split"


def test_the_table_of_the_page_is_read(shared: Translation) -> None:
    page = (Path(__file__).parents[2] / "docs/howto/connect-sap.md").read_text("utf-8")
    table = page.partition("```csv\n")[2].partition("```")[0]
    reading = read_said(shared, table.encode(), "status.csv")
    assert reading.problems == ()
    assert [(one.row, one.status.posted, one.number) for one in reading.said] == [
        (4711, True, "PO-26-10417"),
        (4712, False, "PO-26-10418"),
    ]


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("where", ["begin", "before commit", "committed"])
def test_a_crash_enters_a_status_once(sap: Sap, where: str) -> None:
    row = sap.order()
    sap.gateway.close()

    def die(name: str) -> None:
        if name == f"posting: {where}":
            raise Killed

    sap.gateway = sap.open(die)
    with pytest.raises(Killed):
        sap.says(aleaud(refused(row.id)))
    sap.gateway.close()
    sap.gateway = sap.open()
    sap.clock.forward(hours=1)
    sap.gateway.run_once()
    assert sap.row(row.id).state == "refused"
    assert sum(text.startswith("not posted by") for text in sap.timeline(row.id)) == 1
    about = AlarmFilter(message=row.id)
    assert [alarm.found.code for alarm in sap.gateway.alarms(about)] == ["A113"]
    assert sap.file().state == "split"


def test_statuses_can_be_run_again(sap: Sap) -> None:
    row = sap.order()
    sap.says(aleaud(posted(4711), refused(row.id)))
    file = sap.file()
    assert preview(sap.gateway.house, [file.id, row.id]).counts == {"same": 2}
    before = sap.timeline(row.id)
    sap.gateway.replay(file.id, "once more")
    sap.gateway.run_once()
    assert sap.timeline(row.id) == before
