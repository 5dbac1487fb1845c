"""Floor 4: the map language. One map per document and format, both ways, checked, compiled.

    map canonical/order <-> edifact/D96A/ORDERS       header; `overlay FILE` starts an overlay
    number        <->  BGM.1004            required   both ways
    note          <-   join(" ", FTX+PUR.4440#*)      read only: join first concat lookup
    "220"         ->   BGM.1001                       write only: literal concat first lookup now()
    count(lines)  ==   CNT+2.6066                     computed when writing, verified when reading
    one buyer     <->  group NAD+BY  part party       an object; a second match is E412
    each lines    <->  group LIN                      a list; also over plain segments
    nest packages <->  group CPS  id 7164  parent 7166    a tree told by parent numbers
    part party                                        rows that blocks take by copy

Paths. EDIFACT: ``TAG+Q.C212[7143=EN].7140#1``; data elements by number, ``+Q`` the qualifier of the
segment (first component; 3155 in COM), ``[el=Q]`` after a tag picks the segment, after a composite
the repetition, ``#n`` the n-th occurrence, ``#*`` all. X12: ``TAG*Q.02`` by position, ``.04-01`` a
component, ``PO1[235=EN].234`` a pair by element numbers, ``PID[.02=08].05`` a segment by position.
Records: ``field``, ``kid.field``, ``kid[role=BY].field``. ``/`` steps into groups; a section of the
message in front tells groups of one tag apart in every directory (``summary/TAX+7``).

The whole language is told in ``docs/reference/map-language.md``, where every example runs. Text
becomes statements (:mod:`language`), parts and overlays change them (:mod:`parts`,
:mod:`overlay`), :mod:`build` resolves them into a plan, :mod:`check` and :mod:`guided` look for
what is wrong with it, :mod:`generate` makes Python of it, one direction at its first use.
"""

from gateway.mapping.compiled import CompiledMap
from gateway.mapping.library import Maps
from gateway.mapping.plan import RowInfo

__all__ = ["CompiledMap", "Maps", "RowInfo"]
