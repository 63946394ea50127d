"""What a site tells of a customer besides who they are: short values by name."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

Short = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Attributes = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")],
        StrictBool | StrictInt | StrictFloat | Short,
    ],
    Field(max_length=20),
]
"""At most 20 names of 40 characters with values of 200."""
