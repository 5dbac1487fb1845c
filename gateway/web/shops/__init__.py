"""``/shops/…`` and ``/api/…``: where shops call, and programs post for them."""
