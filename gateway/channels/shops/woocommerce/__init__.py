"""WooCommerce (REST API v3): orders and refunds in; stock, prices, shipments and links back."""
