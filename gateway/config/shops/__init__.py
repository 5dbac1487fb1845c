"""Settings of web shops and marketplaces: ``shops/<name>/shop.yaml``.

One module per platform with what its connection needs; :mod:`.shop` holds what is the same for
all of them.
"""

from gateway.config.shops.shop import Kind, Shop

__all__ = ["Kind", "Shop"]
