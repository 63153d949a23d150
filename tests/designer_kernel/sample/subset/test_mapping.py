"""Values that were replaced are found wherever they stand in text."""

from __future__ import annotations

import pytest

from designer_kernel.sample.subset.mapping import Mapping, Scrubber

MAPPINGS = (
    Mapping("email", {"alice+x@real.test": "fake@example.com", "bob.o@real.test": "other@example.com"}),
    Mapping("login", {"alice42": "nobody17"}),
    Mapping("person name", {"Alice O'Real": "Kabe Lodu"}),
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://shop/verify?email=alice+x@real.test&t=1", "https://shop/verify?email=fake@example.com&t=1"),
        ("https://shop/verify?t=1&email=bob.o%40real.test", "https://shop/verify?t=1&email=other%40example.com"),
        ("mailto:bob.o@real.test?subject=hello", "mailto:other@example.com?subject=hello"),
        ("/u/alice42/posts#alice42", "/u/nobody17/posts#nobody17"),
        ("thank you @alice42, and *bob.o@real.test*!", "thank you @nobody17, and *other@example.com*!"),
        ("“Alice O’Real” wrote", "“Kabe Lodu” wrote"),
        ("?name=Alice+O%27Real&page=2", "?name=Kabe%20Lodu&page=2"),
        ("/palice42/x@real.test", "/palice42/x@real.test"),
    ],
)
def test_values_are_found_inside_of_words(text: str, wanted: str) -> None:
    assert Scrubber(MAPPINGS, lambda _kind: None).text(text) == wanted
