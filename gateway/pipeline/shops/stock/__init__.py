"""Stock that goes to shops: a ledger of what the ERP has and what orders take, not a snapshot."""
