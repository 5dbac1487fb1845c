"""The OpenAPI document is right, and tells of everything that is served."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.pipeline.shops.reception import desk
from gateway.pipeline.shops.reception.openapi import openapi
from gateway.pipeline.shops.reception.routes import ROUTES
from tests.shops.web.schema import document, fits
from tests.shops.web.world import ShopWorld, facts, posted


def test_it_is_valid() -> None:
    validate(openapi())


def test_every_route_and_every_answer_is_in_it() -> None:
    paths = document()["paths"]
    told = {(path, method.upper()) for path, each in paths.items() for method in each}
    assert told == {(route.path, route.method) for route in ROUTES}
    for route in ROUTES:
        operation = paths[route.path][route.method.lower()]
        assert set(operation["responses"]) == {str(status) for status in route.answers}
        assert operation["security"] == ([] if route.who == "anyone" else [{route.who: []}])
        assert operation["summary"] and operation["description"]
    assert len({route.name for route in ROUTES}) == len(ROUTES)


def test_every_route_is_served() -> None:
    served = {*desk._ASKS, *desk._POSTS}
    assert served == {route.name for route in ROUTES}


def test_every_field_that_means_something_says_what() -> None:
    """The text below a field of a model stands in the document."""
    line = document()["components"]["schemas"]["ShopLine"]["properties"]
    assert line["key"]["description"] == "The line's id in the shop."
    answer = document()["components"]["schemas"]["Taken"]["properties"]
    assert answer["outcome"]["description"].startswith("taken:")
    everything = json.dumps(document())
    assert "__" not in everything, "names of models are short"
    assert '"title"' not in everything.replace('"title": "EDI gateway', "").replace(
        '"title": {"type"', ""
    ).replace('"required": ["type", "title"', "")


@pytest.mark.parametrize("model", [ShopOrder, ShopRefund])
def test_models_are_whole(model: Any) -> None:
    schemas = document()["components"]["schemas"]
    assert set(schemas[model.__name__]["properties"]) == set(model.model_fields)
    assert schemas[model.__name__]["additionalProperties"] is False


def test_what_fits_the_document_is_taken_and_what_does_not_is_not(world: ShopWorld) -> None:
    components = {"components": document()["components"]}
    reference = {"$ref": "#/components/schemas/ShopOrder"}
    schema = Draft202012Validator(reference | components)
    for value in (posted(), posted(surprise=1), posted(status="gone"), posted(lines=[{}])):
        answer = world.ask("/api/orders", value)
        assert schema.is_valid(value) is (answer.status in (200, 201)), facts(answer)


def test_it_is_served_without_a_key(world: ShopWorld) -> None:
    answer = world.ask("/api/openapi.json", key="")
    fits(answer, "GET", "/api/openapi.json")
    assert facts(answer) == document()
