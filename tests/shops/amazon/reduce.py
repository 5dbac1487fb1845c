"""Makes the files in ``schema/`` of Amazon's OpenAPI models. Run by hand, where these are.

python -m tests.shops.amazon.reduce FOLDER/amazon/schema
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.shops.structure import closure, parameters

MODELS = {
    "orders_2026-01-01": ["Order", "SearchOrdersResponse", "GetOrderResponse"],
    "ordersV0": ["ConfirmShipmentRequest"],
    "listingsItems_2021-08-01": [
        "ListingsItemPatchRequest", "ListingsItemSubmissionResponse", "ItemSearchResults",
    ],
    "feeds_2021-06-30": [
        "CreateFeedSpecification", "CreateFeedDocumentSpecification", "Feed", "FeedDocument",
    ],
    "vendorOrders": ["SubmitAcknowledgementRequest", "GetPurchaseOrdersResponse"],
    "vendorShipments": ["SubmitShipmentConfirmationsRequest"],
    "vendorInvoices": ["SubmitInvoicesRequest"],
    "vendorTransactionStatus": ["GetTransactionResponse"],
}  # fmt: skip
"""By model: the definitions that requests, and our own fixtures, are checked against."""
OPERATIONS = (
    "searchOrders", "getOrder", "confirmShipment", "patchListingsItem", "getListingsItem",
    "searchListingsItems", "createFeed", "createFeedDocument", "getFeed", "getFeedDocument",
    "getPurchaseOrders", "submitAcknowledgement", "SubmitShipmentConfirmations", "submitInvoices",
    "getTransaction",
)  # fmt: skip


def operations(model: dict[str, Any]) -> dict[str, Any]:
    """The operations that are used: method, path, query parameters."""
    made = {}
    for path, told in model["paths"].items():
        for method, one in told.items():
            if method != "parameters" and one.get("operationId") in OPERATIONS:
                found = parameters(one.get("parameters", []), model.get("parameters", {}))
                made[one["operationId"]] = {"method": method.upper(), "path": path, "query": found}
    return made


def main(folder: Path) -> None:
    """Write all extracts."""
    here = Path(__file__).parent / "schema"
    for name, roots in MODELS.items():
        model = json.loads((folder / f"{name}.json").read_text("utf-8"))
        extract = {
            "operations": operations(model),
            "definitions": closure(model["definitions"], roots),
        }
        text = json.dumps(extract, indent=1, sort_keys=True)
        (here / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
