"""XML schemas (XSD) → grammars of XML.

    imported = read_xsd(Path("order.xsd"))

Names, order, cardinality, types, lengths and code values are taken over; annotations are read
over. Files that a schema includes or imports are read only below the folder that is given.
"""

from gateway.grammar.importing.xsd.vocabulary import ImportedVocabulary, is_xsd, read_xsd

__all__ = ["ImportedVocabulary", "is_xsd", "read_xsd"]
