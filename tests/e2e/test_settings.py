"""A setting that is changed while ohdio runs counts for processes that run already."""

from __future__ import annotations

from tests.fixtures.product import Product, fresh_category, in_each_shape


def callers(product: Product) -> set[str | None]:
    """Collect a book; return what those who asked its sites for it called themselves."""
    catalogue = fresh_category(1)
    product.origin.offer(catalogue)
    product.collect(catalogue)
    product.wait_until_settled(1, within=30)
    return {exchange.user_agent for exchange in product.origin.exchanges()}


@in_each_shape
def test_every_service_uses_the_new_value_without_a_restart(product: Product) -> None:
    (usual,) = callers(product)
    assert usual is not None
    assert usual.startswith("ohdio")
    product.reset()
    try:
        assert product.api.change_setting("user_agent", "Shelf/2")["source"] == "database"
        product.wait_until(lambda: callers_after_reset(product) == {"Shelf/2"}, 20, "all use it", every=0.5)
    finally:
        product.api.reset_setting("user_agent")


def callers_after_reset(product: Product) -> set[str | None]:
    found = callers(product)
    product.reset()
    return found
