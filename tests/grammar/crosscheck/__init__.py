"""Compare the committed grammars with second sources, which are not part of the project.

    python -m tests.grammar.crosscheck unece d93a.zip … d21b.zip    # as UNECE publishes them
    python -m tests.grammar.crosscheck eancom FACTS/edifact/eancom
    python -m tests.grammar.crosscheck x12 FACTS/x12
    python -m tests.grammar.crosscheck sef *.sef                    # guidelines over X12 004010

Each writes its rows of ``results.tsv``: what was compared, how much of it differs and which, and a
digest of our side. The test (`tests/grammar/test_grammar_crosscheck.py`) says that the differences
are the known ones and that the grammars have not changed since: who changes them compares again.
"""
