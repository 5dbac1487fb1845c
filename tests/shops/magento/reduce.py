"""Makes ``schema/admin.json`` of Magento's OpenAPI document. Run by hand, where it is.

python -m tests.shops.magento.reduce FOLDER/magento2/schema/admin-2.4.9.yaml
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.shops.structure import closure, parameters, reduced, references

OPERATIONS = (
    ("/V1/orders", "get"), ("/V1/orders/{id}", "get"), ("/V1/creditmemos", "get"),
    ("/V1/orders/{id}/comments", "get"), ("/V1/orders/{id}/comments", "post"),
    ("/V1/shipments", "get"), ("/V1/order/{orderId}/ship", "post"),
    ("/V1/inventory/source-items", "get"), ("/V1/inventory/source-items", "post"),
    ("/V1/inventory/get-product-salable-quantity/{sku}/{stockId}", "get"),
    ("/V1/products", "get"), ("/V1/products/{sku}", "put"), ("/V1/products/base-prices", "post"),
    ("/V1/store/storeConfigs", "get"),
)  # fmt: skip
RECORDS = ["sales-data-order-interface", "sales-data-creditmemo-interface"]


def operations(model: dict[str, Any]) -> dict[str, Any]:
    """The operations that are used: method, path, query parameters, and what is sent."""
    made = {}
    for path, method in OPERATIONS:
        told = model["paths"][path][method]
        one: dict[str, Any] = {
            "method": method.upper(),
            "path": path,
            "query": parameters(told.get("parameters", []), {}),
        }
        for each in told.get("parameters", []):
            if each["in"] == "body":
                one["body"] = reduced(each["schema"])
        made[f"{method} {path}"] = one
    return made


def main(file: Path) -> None:
    """Write the extract."""
    model = yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    used = operations(model)
    roots = [*RECORDS, *references(used)]
    extract = {"operations": used, "definitions": closure(model["definitions"], roots)}
    text = json.dumps(extract, indent=1, sort_keys=True)
    (Path(__file__).parent / "schema" / "admin.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
