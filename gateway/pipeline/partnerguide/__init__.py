"""A printable page for a partner: who we are, how files travel, what is exchanged and how.

:mod:`.facts` what is told, as data: no secret, no path of ours, no number of the ERP,
:mod:`.words` the sentences, in English,
:mod:`.examples` a message of each document,
:mod:`.page` the page.
"""
