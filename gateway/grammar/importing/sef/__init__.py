"""SEF files (Standard Exchange Format 1.x): a partner's guideline with all tables it needs.

A SEF file narrows a standard; it is read as a complete grammar under its own name. What it narrows
(uses marked as not used, masks, code subsets of single uses, texts) is counted, not taken over: a
guide says such things here.
"""

from gateway.grammar.importing.sef.file import read_sef

__all__ = ["read_sef"]
