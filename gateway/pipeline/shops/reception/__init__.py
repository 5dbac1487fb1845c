"""What shops and programs send us by HTTP: webhooks at ``/shops/…``, the API at ``/api/…``.

:class:`~gateway.pipeline.shops.reception.webhooks.Webhooks` and
:class:`~gateway.pipeline.shops.reception.desk.Desk` are what the web port uses: let in by signature
or key, durable before it is told so. What routes there are stands in :mod:`.routes`; the OpenAPI
document is made of that table.
"""
