"""The GraphQL documents that are sent to Shopify: all of them, and nothing else.

Each is valid in every version of ``gateway.config.shops.shopify.VERSIONS``, except
:data:`SET_STOCK`, which needs the directive ``@idempotent`` (``STOCK_SINCE``). Tests validate them
against the official schemas.

Connections are asked for in small parts, because Shopify charges for what could come: what goes
on is followed by the documents of :data:`MORE`.
"""

from __future__ import annotations

_MONEY = """
fragment Money on MoneyBag {
  shopMoney { amount currencyCode }
  presentmentMoney { amount currencyCode }
}
"""
_TAX = """
fragment Tax on TaxLine { title rate ratePercentage source channelLiable priceSet { ...Money } }
"""
_ALLOCATION = """
fragment Allocation on DiscountAllocation {
  allocatedAmountSet { ...Money }
  discountApplication {
    __typename
    index
    targetType
    ... on DiscountCodeApplication { code }
    ... on ManualDiscountApplication { title description }
    ... on AutomaticDiscountApplication { title }
    ... on ScriptDiscountApplication { title }
  }
}
"""
_PLACE = """
fragment Place on MailingAddress {
  name firstName lastName company address1 address2 zip city province provinceCode countryCodeV2
  phone
}
"""
_LINE = """
fragment Line on LineItem {
  id name title variantTitle sku quantity currentQuantity requiresShipping taxable isGiftCard
  customAttributes { key value }
  variant { legacyResourceId barcode selectedOptions { name value } }
  product { legacyResourceId }
  lineItemGroup { id title quantity variantSku }
  originalUnitPriceSet { ...Money }
  originalTotalSet { ...Money }
  discountAllocations { ...Allocation }
  taxLines { ...Tax }
  duties { id harmonizedSystemCode price { ...Money } taxLines { ...Tax } }
}
"""
_SHIPPING = """
fragment Shipping on ShippingLine {
  id title code source carrierIdentifier deliveryCategory
  originalPriceSet { ...Money }
  discountedPriceSet { ...Money }
  discountAllocations { ...Allocation }
  taxLines { ...Tax }
}
"""
_LOCALIZED = "fragment Localized on LocalizedField { key title value countryCode purpose }\n"
_REFUND_LINE = """
fragment RefundLine on RefundLineItem {
  id quantity restockType restocked
  priceSet { ...Money }
  subtotalSet { ...Money }
  totalTaxSet { ...Money }
  lineItem { id }
}
"""
_REFUND_SHIPPING = """
fragment RefundShipping on RefundShippingLine {
  id
  shippingLine { id title code taxLines { ...Tax } }
  subtotalAmountSet { ...Money }
  taxAmountSet { ...Money }
}
"""
_ADJUSTMENT = """
fragment Adjustment on OrderAdjustment {
  id reason amountSet { ...Money } taxAmountSet { ...Money }
}
"""
_TRANSACTION = """
fragment Transaction on OrderTransaction {
  id kind status gateway test processedAt createdAt
  amountSet { ...Money }
  parentTransaction { id }
}
"""
_FULFILLED = "fragment Fulfilled on FulfillmentLineItem { id quantity lineItem { id } }\n"
_GOES_ON = "pageInfo { hasNextPage endCursor }"

_REFUND = f"""
fragment GivenBack on Refund {{
  id legacyResourceId createdAt updatedAt note
  totalRefundedSet {{ ...Money }}
  return {{ id name status }}
  duties {{ amountSet {{ ...Money }} originalDuty {{ id harmonizedSystemCode }} }}
  refundLineItems(first: 5) {{ nodes {{ ...RefundLine }} {_GOES_ON} }}
  refundShippingLines(first: 2) {{ nodes {{ ...RefundShipping }} {_GOES_ON} }}
  orderAdjustments(first: 2) {{ nodes {{ ...Adjustment }} {_GOES_ON} }}
  transactions(first: 2) {{ nodes {{ ...Transaction }} {_GOES_ON} }}
}}
"""
_ORDER = f"""
fragment Whole on Order {{
  id legacyResourceId name createdAt processedAt updatedAt cancelledAt cancelReason closedAt
  test edited displayFinancialStatus displayFulfillmentStatus returnStatus
  currencyCode presentmentCurrencyCode taxesIncluded taxExempt dutiesIncluded
  email phone note tags poNumber customerLocale sourceName sourceIdentifier
  app {{ name }}
  customAttributes {{ key value }}
  billingAddress {{ ...Place }}
  shippingAddress {{ ...Place }}
  customer {{
    legacyResourceId displayName firstName lastName locale
    defaultEmailAddress {{ emailAddress }}
    defaultPhoneNumber {{ phoneNumber }}
  }}
  purchasingEntity @include(if: $b2b) {{
    __typename
    ... on PurchasingCompany {{
      company {{ id name externalId }}
      location {{ id name externalId taxSettings {{ taxRegistrationId }} }}
    }}
  }}
  localizedFields(first: 3) {{ nodes {{ ...Localized }} {_GOES_ON} }}
  totalPriceSet {{ ...Money }}
  currentTotalPriceSet {{ ...Money }}
  originalTotalPriceSet {{ ...Money }}
  totalTaxSet {{ ...Money }}
  totalReceivedSet {{ ...Money }}
  totalOutstandingSet {{ ...Money }}
  totalRefundedSet {{ ...Money }}
  totalTipReceivedSet {{ ...Money }}
  totalCashRoundingAdjustment {{ paymentSet {{ ...Money }} refundSet {{ ...Money }} }}
  additionalFees {{ id name price {{ ...Money }} taxLines {{ ...Tax }} }}
  transactions {{ ...Transaction }}
  shippingLines(first: 2) {{ nodes {{ ...Shipping }} {_GOES_ON} }}
  lineItems(first: $lines) {{ nodes {{ ...Line }} {_GOES_ON} }}
  refunds {{ ...GivenBack }}
  fulfillments {{
    id status
    fulfillmentLineItems(first: 5) {{ nodes {{ ...Fulfilled }} {_GOES_ON} }}
  }}
}}
"""
_PARTS = (
    _ORDER + _LINE + _SHIPPING + _LOCALIZED + _FULFILLED + _PLACE + _REFUND + _REFUND_LINE
    + _REFUND_SHIPPING + _ADJUSTMENT + _TRANSACTION + _ALLOCATION + _TAX + _MONEY
)  # fmt: skip

ORDERS = f"""
query Orders($query: String!, $first: Int!, $after: String, $lines: Int!, $b2b: Boolean!) {{
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{ ...Whole }}
    {_GOES_ON}
  }}
}}
{_PARTS}"""
ORDER = f"""
query Order($id: ID!, $lines: Int!, $b2b: Boolean!) {{
  order(id: $id) {{ ...Whole }}
}}
{_PARTS}"""


def _more(owner: str, connection: str, part: str, *fragments: str) -> str:
    return f"""
query More($id: ID!, $first: Int!, $after: String!) {{
  node(id: $id) {{
    ... on {owner} {{
      {connection}(first: $first, after: $after) {{ nodes {{ ...{part} }} {_GOES_ON} }}
    }}
  }}
}}
{"".join(fragments)}"""


MORE: dict[str, str] = {
    "lineItems": _more("Order", "lineItems", "Line", _LINE, _ALLOCATION, _TAX, _MONEY),
    "shippingLines": _more(
        "Order", "shippingLines", "Shipping", _SHIPPING, _ALLOCATION, _TAX, _MONEY
    ),
    "localizedFields": _more("Order", "localizedFields", "Localized", _LOCALIZED),
    "refundLineItems": _more("Refund", "refundLineItems", "RefundLine", _REFUND_LINE, _MONEY),
    "refundShippingLines": _more(
        "Refund", "refundShippingLines", "RefundShipping", _REFUND_SHIPPING, _TAX, _MONEY
    ),
    "orderAdjustments": _more("Refund", "orderAdjustments", "Adjustment", _ADJUSTMENT, _MONEY),
    "transactions": _more("Refund", "transactions", "Transaction", _TRANSACTION, _MONEY),
    "fulfillmentLineItems": _more("Fulfillment", "fulfillmentLineItems", "Fulfilled", _FULFILLED),
}
"""By connection: what reads it on from a cursor."""

LISTED = f"""
query Listed($query: String!, $first: Int!, $after: String, $sort: OrderSortKeys!) {{
  orders(first: $first, after: $after, query: $query, sortKey: $sort) {{
    nodes {{
      legacyResourceId name createdAt updatedAt cancelledAt
      displayFinancialStatus displayFulfillmentStatus
      totalPriceSet {{ ...Money }}
      totalCashRoundingAdjustment {{ paymentSet {{ ...Money }} }}
    }}
    {_GOES_ON}
  }}
}}
{_MONEY}"""
COUNT = """
query Counted($query: String!) { ordersCount(query: $query, limit: null) { count precision } }
"""

SHOP = """
query About {
  shop { name myshopifyDomain currencyCode taxesIncluded ianaTimezone }
  currentAppInstallation { accessScopes { handle } }
}
"""
LOCATIONS = "query Locations { locations(first: 2) { nodes { id name } } }\n"

ARTICLES = f"""
query Articles($query: String!, $after: String, $location: ID!, $counted: Boolean!) {{
  productVariants(first: 50, after: $after, query: $query) {{
    nodes {{
      legacyResourceId sku barcode
      product {{ legacyResourceId }}
      inventoryItem {{
        legacyResourceId tracked
        inventoryLevel(locationId: $location) @include(if: $counted) {{
          quantities(names: ["available"]) {{ name quantity }}
        }}
      }}
    }}
    {_GOES_ON}
  }}
}}
"""
QUANTITIES = """
query Quantities($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      inventoryLevel(locationId: $location) {
        quantities(names: ["available"]) { name quantity }
      }
    }
  }
}
"""
SET_STOCK = """
mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { code field message }
  }
}
"""

PRICES = """
mutation Prices($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(
    productId: $product, variants: $variants, allowPartialUpdates: true
  ) {
    userErrors { code field message }
  }
}
"""
PRODUCT = """
mutation Product($product: ProductUpdateInput!) {
  productUpdate(product: $product) { userErrors { field message } }
}
"""

SHIPPED = f"""
query Shipped($id: ID!, $namespace: String!, $key: String!, $after: String) {{
  order(id: $id) {{
    id cancelledAt
    metafield(namespace: $namespace, key: $key) {{ value }}
    fulfillments {{
      id status
      trackingInfo {{ number company url }}
      fulfillmentLineItems(first: 5) {{ nodes {{ ...Fulfilled }} {_GOES_ON} }}
    }}
    fulfillmentOrders(first: 5, after: $after) {{
      nodes {{
        id status
        assignedLocation {{ location {{ id }} }}
        lineItems(first: 20) {{
          nodes {{ id remainingQuantity lineItem {{ id }} }}
          {_GOES_ON}
        }}
      }}
      {_GOES_ON}
    }}
  }}
}}
{_FULFILLED}"""
MORE_TO_SHIP = f"""
query MoreToShip($id: ID!, $first: Int!, $after: String!) {{
  node(id: $id) {{
    ... on FulfillmentOrder {{
      lineItems(first: $first, after: $after) {{
        nodes {{ id remainingQuantity lineItem {{ id }} }}
        {_GOES_ON}
      }}
    }}
  }}
}}
"""
SHIP = """
mutation Ship($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id }
    userErrors { field message }
  }
}
"""
TRACK = """
mutation Track($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean!) {
  fulfillmentTrackingInfoUpdate(
    fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify
  ) {
    fulfillment { id }
    userErrors { field message }
  }
}
"""

NOTED = """
query Noted($id: ID!, $namespace: String!, $key: String!) {
  order(id: $id) {
    id
    metafield(namespace: $namespace, key: $key) { value compareDigest }
  }
}
"""
NOTE = """
mutation Note($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { userErrors { code field message } }
}
"""

HOOKS = f"""
query Hooks($after: String) {{
  webhookSubscriptions(first: 100, after: $after) {{ nodes {{ id topic uri }} {_GOES_ON} }}
}}
"""
HOOK = """
mutation Hook($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}
"""

DOCUMENTS: dict[str, str] = {
    "ORDERS": ORDERS,
    "ORDER": ORDER,
    **{f"MORE {name}": text for name, text in MORE.items()},
    "LISTED": LISTED,
    "COUNT": COUNT,
    "SHOP": SHOP,
    "LOCATIONS": LOCATIONS,
    "ARTICLES": ARTICLES,
    "QUANTITIES": QUANTITIES,
    "SET_STOCK": SET_STOCK,
    "PRICES": PRICES,
    "PRODUCT": PRODUCT,
    "SHIPPED": SHIPPED,
    "MORE_TO_SHIP": MORE_TO_SHIP,
    "SHIP": SHIP,
    "TRACK": TRACK,
    "NOTED": NOTED,
    "NOTE": NOTE,
    "HOOKS": HOOKS,
    "HOOK": HOOK,
}
"""All of them by name."""
