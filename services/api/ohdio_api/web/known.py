"""What the address of a page chooses from a list."""

from __future__ import annotations

from enum import StrEnum

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator


def known_or(otherwise: StrEnum | None) -> WrapValidator:
    """Return the reading of a choice; one that a page does not know, as of an old link, is as none.

    Args:
        otherwise: What the page shows where nothing is chosen.
    """

    def read(value: object, handler: ValidatorFunctionWrapHandler) -> object:
        try:
            return handler(value)
        except ValidationError:
            return otherwise

    return WrapValidator(read)
