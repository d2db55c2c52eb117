"""All tables, for what must know every one: the check of the migrations, and the schema that is written to be read."""

from __future__ import annotations

from ohdio_core.db import (
    account_models,
    converting_models,
    follow_models,
    import_models,
    models,
    private_models,
    running_models,
    shelf_models,
    telling_models,
    verifying_models,
)
from ohdio_core.db.base import Base

#: The modules that define them.
MODULES = (
    account_models,
    converting_models,
    follow_models,
    import_models,
    models,
    private_models,
    running_models,
    shelf_models,
    telling_models,
    verifying_models,
)
#: By the names of their tables.
MODELS = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
METADATA = Base.metadata
