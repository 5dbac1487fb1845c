"""Answers as the OpenAPI document of the API says they are."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from gateway.pipeline.shops.reception import routes
from gateway.pipeline.shops.reception.answer import Answer
from gateway.pipeline.shops.reception.openapi import openapi


@cache
def document() -> dict[str, Any]:
    return openapi()


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference, "components": document()["components"]})


def fits(answer: Answer, method: str, path: str) -> None:
    """The status, type and body of an answer are those of its route."""
    route = next(each for each, _ in routes.find(path) if each.method == method)
    told = document()["paths"][route.path][method.lower()]["responses"]
    assert str(answer.status) in told, (answer.status, route.name)
    content = told[str(answer.status)]["content"]
    (kind,) = content
    assert dict(answer.headers)["Content-Type"] == kind
    for name in dict(answer.headers):
        known = {*told[str(answer.status)].get("headers", {})}
        assert name in known | {"Content-Type", "Cache-Control", "WWW-Authenticate"}, name
    reference = content[kind]["schema"].get("$ref")
    if reference:
        _validator(reference).validate(json.loads(answer.body))
