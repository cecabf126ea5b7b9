"""What one evaluation may use up."""

from dataclasses import dataclass, replace

from connector.expressions.errors import LimitReached


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of an evaluation. `steps`: loop rounds, function and filter calls, and what they look through.

    `output`: characters of a rendered text; `text`: characters of any text on the way; `items`: values in any list
    that the expression builds, lists within lists counted; `bits`: size of a whole number.
    """

    steps: int = 200_000
    output: int = 65_536
    text: int = 65_536
    items: int = 50_000
    bits: int = 4_096


class Budget:
    """Counts what an evaluation has used. Raises LimitReached when it is too much."""

    __slots__ = ("left", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.steps

    def charge(self, steps: int) -> None:
        """Use up some steps."""
        self.left -= steps
        if self.left < 0:
            raise LimitReached(
                f"takes more than {self.limits.steps} steps", "loop over less, or let a figure do the counting"
            )

    def check_text(self, length: int) -> None:
        """Refuse a text of this length, before it is made."""
        if length > self.limits.text:
            raise LimitReached(f"makes a text of {length} characters; at most {self.limits.text} are allowed")
        self.charge(1 + length // 64)

    def check_items(self, count: int) -> None:
        """Refuse a list of this many values, before it is made."""
        if count > self.limits.items:
            raise LimitReached(f"makes a list of {count} values; at most {self.limits.items} are allowed")
        self.charge(1 + count // 16)

    def check_bits(self, bits: int) -> None:
        """Refuse a whole number of this size, before it is made."""
        if bits > self.limits.bits:
            raise LimitReached(f"makes a number of more than {self.limits.bits} bits", "keep to numbers people use")


DEFAULT = Limits()


def with_output(output: int) -> Limits:
    """The usual limits, with another one for the length of the rendered text."""
    return replace(DEFAULT, output=output)
