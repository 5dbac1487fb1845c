"""Floor 7: the ERP side. Today a folder (:mod:`gateway.channels.folder`) in both directions."""
