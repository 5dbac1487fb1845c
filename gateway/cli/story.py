"""The demo as a story in five short chapters, told from what the gateway really does.

Each chapter drops files, lets the gateway run once, and shows the files that are new afterwards.
What should have come out and did not is collected in :attr:`Story.unexpected`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import click

from gateway.cli.annotate import Line, lines_of, pin, render
from gateway.cli.commands.show import STYLES
from gateway.cli.excerpt import excerpt
from gateway.cli.output import cannot, print_table
from gateway.cli.progress import busy
from gateway.cli.replies import contrl, functional_997
from gateway.cli.telling import EXCERPT, Telling
from gateway.cli.working import as_data, open_gateway
from gateway.config import Workspace, load_workspace
from gateway.config.data import find
from gateway.pipeline import Gateway
from gateway.problems import Problem
from gateway.store import Filter, History
from gateway.syntax import read_bytes

ORDERS = "acme-retail/orders/0001-one-good-one-bad.edi"
PURCHASE_ORDERS = "northwind/850/0001-one-good-one-bad.x12"
ANSWERS = (
    ("orderresponse", "erp/orderresponse/orderresponses.csv"),
    ("despatch", "erp/despatch/despatches.json"),
    ("invoice", "erp/invoice/invoices.csv"),
)
ACME_IN = "var/partners/acme-retail/in"
NORTHWIND_IN = "var/partners/northwind/in"
_ENVELOPE = ("UNA", "UNB", "UNZ", "ISA", "GS*", "GE*", "IEA")
"""Segments that are left out where the message is what matters."""
_CARRIERS = ("file", "interchange")
"""Rows that only carry others."""


class Story(Telling):
    """One telling. ``folder`` is a fresh workspace."""

    SAMPLES = (ORDERS, PURCHASE_ORDERS, *(name for _, name in ANSWERS))

    def __init__(self, folder: Path, *, quiet: bool = False) -> None:
        super().__init__(folder, quiet=quiet)
        self.workspace = self._workspace()
        self.gateway: Gateway
        self.seen = self._outputs()

    def tell(self) -> None:
        """All chapters."""
        self.say(click.style(f"EDI gateway: a demo in {self.folder}", bold=True))
        self.say("Two invented partners, set up in partners/ with a folder each:")
        for partner in self.workspace.partners.values():
            standards = ", ".join(sorted({str(each.standard) for each in partner.agreements}))
            self.say(f"  {partner.partner:12} {partner.name}: {standards}")
        with open_gateway(self.workspace) as self.gateway:
            self._orders_arrive()
            self._repeat_arrives()
            self._erp_answers()
            self._partners_confirm()
            self._what_is_known()

    # ---- chapters

    def _orders_arrive(self) -> None:
        self.head(
            "1  Orders arrive",
            "Acme Retail drops an EDIFACT file, Northwind an X12 file. Each holds two orders,",
            "one of them good and one of them bad.",
        )
        self._drop(ORDERS, ACME_IN)
        self._drop(PURCHASE_ORDERS, NORTHWIND_IN)
        new = self._run()
        self.section("The good orders are in the ERP's folder, in the ERP's formats:")
        self._files(new, "var/erp/out", 2, limit=10)
        self.section("The bad ones were refused, and this is why:")
        for name in (ORDERS, PURCHASE_ORDERS):
            self._refused(name)
        self.section("Both partners were told, in their own language (CONTRL and 997):")
        self._files(new, "var/partners", 2, limit=20)

    def _repeat_arrives(self) -> None:
        self.head(
            "2  The same interchange arrives again",
            "Acme's system hiccups and sends the file a second time, under another name.",
        )
        before = len(self._under("var/erp/out"))
        self._drop(ORDERS, ACME_IN, as_name="sent-again.edi")
        new = self._run()
        after = len(self._under("var/erp/out"))
        self.expect(after == before, "the repeat made no new file for the ERP")
        self.say(f"  Files for the ERP before: {before}, after: {after}. Nothing is doubled.")
        self.section("Acme gets the same answer again:")
        self._files(new, "var/partners/acme-retail/out", 1, limit=4)

    def _erp_answers(self) -> None:
        self.head(
            "3  The ERP answers",
            "It drops order responses and invoices as CSV and despatch advices as JSON.",
        )
        for document, name in ANSWERS:
            self._drop(name, f"var/erp/in/{document}")
        new = self._run()
        self.section("Acme Retail finds ORDRSP, DESADV and INVOIC in EDIFACT:")
        self._files(new, "var/partners/acme-retail/out", 3, skip=_ENVELOPE)
        self.section("Northwind finds 855, 856 and 810 in X12:")
        self._files(new, "var/partners/northwind/out", 3, skip=_ENVELOPE)

    def _partners_confirm(self) -> None:
        self.head(
            "4  The partners confirm the invoices",
            "Acme Retail answers the INVOIC with a CONTRL, Northwind the 810 with a 997.",
        )
        for folder, pattern, reply, name in (
            ("acme-retail", "INVOIC_*.edi", contrl, "contrl.edi"),
            ("northwind", "810_*.x12", functional_997, "997.x12"),
        ):
            sent = sorted((self.folder / f"var/partners/{folder}/out").glob(pattern))
            if sent:
                target = self.folder / f"var/partners/{folder}/in" / name
                data = reply(sent[0].read_bytes())
                target.write_bytes(data)
                self.say(f"  → {target}")
                for line in excerpt(data):
                    self.say(f"      {line}")
        self._run()
        wanted = Filter(kind="document", document="invoice", state="acknowledged")
        confirmed = self.gateway.messages(wanted)
        self.expect(len(confirmed) == 2, f"2 invoices confirmed, not {len(confirmed)}")
        numbers = ", ".join(row.number for row in reversed(confirmed))
        self.say(f"  Confirmed: {numbers}. What nobody confirms stays visible as delivered.")

    def _what_is_known(self) -> None:
        self.head("5  Every message, where it stands and where its file lies")
        histories = [
            history
            for row in reversed(self.gateway.messages(Filter()))
            if row.kind not in _CARRIERS and (history := self.gateway.message(row.id)) is not None
        ]
        rows = [(history.message, self._lies(history)) for history in histories]
        self.facts["messages"] = [row.as_json() | {"lies": lies} for row, lies in rows]
        if not self.quiet:
            print_table(
                ("ID", "Way", "Partner", "Document", "Number", "State", "File"),
                [
                    (
                        str(row.id),
                        row.direction,
                        row.partner,
                        row.document or row.format.rpartition("/")[2] or row.kind,
                        row.number or row.reference,
                        row.state,
                        lies,
                    )
                    for row, lies in rows
                ],
            )
        self.section("Look further:")
        refused = next((row.id for row, _ in rows if row.state == "refused"), 1)
        for command in (f"message {refused}", "messages state:refused", "check"):
            self.say(f"  gateway -w {self.folder} {command}")

    def _lies(self, history: History) -> str:
        """Where the file of a message is: what was delivered for it, or what carries it."""
        if not history.deliveries and history.message.carrier is not None:
            carrier = self.gateway.message(history.message.carrier)
            history = carrier or history
        if not history.deliveries and history.parents:
            file = self.gateway.message(history.parents[0].id)
            history = file or history
        for delivery in history.deliveries:
            path = Path(delivery.folder) / delivery.name
            root = self.folder.absolute()
            return str(path.relative_to(root) if path.is_relative_to(root) else path)
        return "–"

    # ---- doing

    def _workspace(self) -> Workspace:
        workspace, problems = load_workspace(self.folder)
        if workspace is None or problems:
            cannot("the demo's settings have problems: " + "; ".join(map(str, problems)))
        return workspace

    def _drop(self, sample: str, folder: str, as_name: str | None = None) -> None:
        source = find(self.folder, "samples", sample)
        assert source is not None
        target = self.folder / folder / (as_name or source.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        self.say(f"  → {target}")

    def _run(self) -> list[Path]:
        """Let the gateway work; the files that are new in the folders people look into."""
        with busy("the gateway works", quiet=self.quiet):
            summary = self.gateway.run_once()
        now = self._outputs()
        new = sorted(now - self.seen)
        self.seen = now
        self.facts["chapters"].append(
            {"summary": as_data(summary), "new": [str(each) for each in new]}
        )
        return new

    def _outputs(self) -> set[Path]:
        places = ("var/erp", "var/partners")
        return {
            path
            for place in places
            for path in (self.folder / place).rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }

    def _under(self, place: str) -> list[Path]:
        return [path for path in self._outputs() if path.is_relative_to(self.folder / place)]

    # ---- showing

    def _files(
        self,
        new: Iterable[Path],
        place: str,
        count: int,
        *,
        limit: int = EXCERPT,
        skip: tuple[str, ...] = (),
    ) -> None:
        """Excerpts of the new files under a folder, of which there should be so many."""
        shown = [
            path
            for path in new
            if path.is_relative_to(self.folder / place)
            and not {"archive", "error", "work", "in"} & set(path.relative_to(self.folder).parts)
        ]
        self.expect(len(shown) == count, f"{count} new files under {place}, not {len(shown)}")
        for path in shown:
            self.show(path, limit=limit, skip=skip)

    def _refused(self, sample: str) -> None:
        source = find(self.folder, "samples", sample)
        assert source is not None
        problems: list[Problem] = []
        numbers: list[str] = []
        for row in self.gateway.messages(Filter(state="refused", kind="message")):
            history = self.gateway.message(row.id)
            if history is not None and any(each.name == source.name for each in history.parents):
                problems += history.problems
                numbers.append(row.number or row.reference)
        self.expect(bool(problems), f"a refused message with problems in {source.name}")
        lines = list(lines_of(read_bytes(source.read_bytes())))
        homeless = pin(lines, problems)
        self.say(f"  order {', '.join(numbers)} in {source.name}")
        for line in lines:
            if line.problems:
                self._pinned(line)
        for each in homeless:
            self.say(f"    {each}")

    def _pinned(self, line: Line) -> None:
        for style, text in render(line):
            self.say(click.style(f"    {text}", fg=STYLES[style]))
