"""What is known of shops: hints that came, how far looks are, orders, refunds, stock."""
