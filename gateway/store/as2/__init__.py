"""What the AS2 channel has to remember: messages that came and went, and the receipts for them."""
