"""What goes back to shops: shipments, invoices, prices and decisions, of documents of the ERP."""
