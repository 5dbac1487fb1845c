"""XML as a format with a grammar.

A vocabulary is a folder ``grammars/xml/ubl-2.1`` with one file per document (``Order.txt``) and
the types that they share (``types.txt``); see :mod:`gateway.grammar.xml.text`.
"""
