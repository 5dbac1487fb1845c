"""The proof which orders are in the shop, in the gateway and in the ERP.

:mod:`.run` does it in pieces that can be killed and begun again; :mod:`.listed` compares what the
shop lists, :mod:`.byid` reads single orders again, :mod:`.standing` tells where orders are on their
way to the ERP, :mod:`.report` shows what was found, :mod:`.page` as a page.

Nothing is put right silently: what was missed is taken over like any other order, and stands in the
report.
"""
