"""Two sessions of one partner: one gives a file its final name while the other goes on with it."""

from __future__ import annotations

import pytest

from gateway.channels.sftp.server.hosting import Refusal
from gateway.pipeline.mailbox import taking
from gateway.pipeline.mailbox.incoming import Incoming
from gateway.pipeline.mailbox.uploads import OpenUpload
from gateway.store.mailbox.uploads import Uploaded
from tests.mailbox.conftest import Make
from tests.mailbox.world import FRESH, ON, at
from tests.pipeline.world import orders

DATA = orders()


def test_bytes_that_come_between_are_never_left_behind(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make("")
    first, second = world.session(), world.session()
    first.put("orders.tmp", DATA)
    archived = taking._archived

    def meanwhile(*given: object) -> object:
        stored = archived(*given)  # type: ignore[arg-type]
        upload = second.box.upload(at("orders.tmp"), ON)
        upload.write(upload.size, b"\n")
        upload.close(True)
        return stored

    with monkeypatch.context() as patch:
        patch.setattr(taking, "_archived", meanwhile)
        with pytest.raises(Refusal) as refused:
            first.box.rename(at("orders.tmp"), at("orders.edi"), False)
    assert refused.value.why == "busy"
    assert world.files_received() == []
    first.box.rename(at("orders.tmp"), at("orders.edi"), False)
    assert world.files_received() == [DATA + b"\n"]


@pytest.mark.parametrize("when", ["before it is noted", "after it is noted"])
def test_a_final_name_given_while_a_file_is_closed_takes_it(
    make: Make, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Both are told OK, so one of them has to take it over."""
    world = make("")
    first, second = world.session(), world.session()
    upload = first.box.upload(at("orders.tmp"), FRESH)
    upload.write(0, DATA)
    with monkeypatch.context() as patch:
        if when == "before it is noted":
            waits = OpenUpload._wait

            def renamed(self: OpenUpload) -> object:
                second.rename("orders.tmp", "orders.edi")
                return waits(self)

            patch.setattr(OpenUpload, "_wait", renamed)
            upload.close(True)
        else:
            named = Incoming._named

            def closed(self: Incoming, row: Uploaded, name: str) -> bool:
                upload.close(True)
                return named(self, row, name)

            patch.setattr(Incoming, "_named", closed)
            second.rename("orders.tmp", "orders.edi")
    assert world.files_received() == [DATA]
    assert world.left() == []
