"""The form of a subscription list: a file of a person's machine, or what it holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from ohdio_api.web.forms import FormFields


async def read_list_form(request: Request) -> FormFields:
    """Return the fields of the form, with what its file holds as its document."""
    async with request.form(max_files=1, max_fields=50) as form:
        file = form.get("file")
        text = (await file.read()).decode(errors="replace") if isinstance(file, UploadFile) else ""
        fields: list[tuple[str, str | UploadFile]] = [
            (name, value) for name, value in form.multi_items() if isinstance(value, str)
        ]
    if text.strip():
        fields = [field for field in fields if field[0] != "document"]
        fields.append(("document", text.replace("\0", "")))
    return FormFields(FormData(fields))


#: For views: they take it as an argument.
ListFields = Annotated[FormFields, Depends(read_list_form)]
