"""SAP IDocs: types as data, flat files and XML, records for maps, status.

``model``     what a type is: segments, order, fields      ``places``   the tree as parents and kids
``flat``      flat files ⇄ trees of segments               ``xml``      XML ⇄ the same trees
``check``     what is wrong with a tree                    ``records``  trees ⇄ records for maps
``format``    all of it as a record format                 ``status``   what SAP posted, and we
``direct``    records → flat files at once, where nothing is to be told
"""

from gateway.grammar.idoc.model import IdocField, IdocSegment, IdocType, IdocUse

__all__ = ["IdocField", "IdocSegment", "IdocType", "IdocUse"]
