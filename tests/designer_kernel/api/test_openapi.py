"""The OpenAPI document says what routes do."""

from __future__ import annotations

from designer_kernel.api.guard import OPEN
from tests.designer_kernel.api.conftest import Service


def test_every_operation_tells_its_errors_and_who_may_ask(service: Service) -> None:
    with service.client() as client:
        document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    seen = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            seen += 1
            place = (method.upper(), path)
            answers = operation["responses"]
            assert "422" not in answers, place
            assert {"400", "429", "500", "503"} <= answers.keys(), place
            assert operation["security"] == ([] if place in OPEN else [{"token": []}]), place
            assert (place in OPEN) or {"401", "403", "404"} <= answers.keys(), place
            assert operation["description"], place
            for status, answer in answers.items():
                if status >= "4":
                    assert list(answer["content"]) == ["application/problem+json"], place
            if "requestBody" in operation:
                assert {"409", "413", "415"} <= answers.keys(), place
    assert seen > 8
    assert "HTTPValidationError" not in document["components"]["schemas"]
