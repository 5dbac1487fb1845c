"""Grammars from what standards bodies, partners and SAP systems hand out.

    imported = read_grammar(Path("d24a.zip"))
    if imported.usable:
        install(imported, workspace / "grammars")

An importer makes a :class:`~gateway.grammar.directory.Directory`, an IDoc type or the grammar of
an XML vocabulary of a file, and
:mod:`gateway.grammar.importing.install` puts it into the workspace. Only structure is taken over:
names, descriptions and notes of the sources are read over.
"""

from gateway.grammar.importing.install import install
from gateway.grammar.importing.recognise import read_grammar
from gateway.grammar.importing.result import Imported, Tell

__all__ = ["Imported", "Tell", "install", "read_grammar"]
