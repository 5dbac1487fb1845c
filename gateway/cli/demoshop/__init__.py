"""``gateway demo shop``: a small WooCommerce on the loopback, an ERP, and the story of an order."""
