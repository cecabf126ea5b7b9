"""What every mapping of the language is: known keys and nothing else."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A mapping with known keys and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
