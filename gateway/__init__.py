"""A self-hosted EDI gateway: EDIFACT and X12 with partners, files with the ERP."""
