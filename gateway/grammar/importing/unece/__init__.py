"""UN/EDIFACT directories as UNECE publishes them: a zip of zips of text files.

    imported = read_directory(Path("d24a.zip"))

The parts have had two names: ``EDMD EDSD EDCD EDED`` and (D.94A, D.96A) ``TRMD TRSD TRCD TRED`` for
messages, segments, composites and elements of batch messages, ``UNCL`` for code lists; ``IDMD IDSD
IDCD`` are those of interactive messages, which the gateway does not exchange. Names vary in case;
the extension is the release (``EDSD.96A``). Old archives have no parts for interactive messages,
and those of D.93A, D.94B and D.95A no code lists.
"""

from gateway.grammar.importing.unece.directory import read_directory

__all__ = ["read_directory"]
