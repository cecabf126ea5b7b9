from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.issue import Facts
from connector.store.coding import decode, decode_tagged, encode, rebuild

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN.filter(lambda value: value not in (float("inf"), float("-inf"))))
def test_plain_json_comes_back_as_it_was(value: object) -> None:
    assert repr(decode(encode([value]))) == repr([without_infinity(value)])


def without_infinity(value: object) -> object:
    """JSON has no infinity; it becomes null. Keys come back sorted."""
    match value:
        case float() if value in (float("inf"), float("-inf")):
            return None
        case list():
            return [without_infinity(one) for one in value]
        case dict():
            return {key: without_infinity(value[key]) for key in sorted(value, key=lambda key: key.encode())}
        case _:
            return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({"b": 1, "a": [2, "x"]}, '{"a":[2,"x"],"b":1}', id="sorted-without-spaces"),
        pytest.param(MappingProxyType({"a": (1, 2)}), '{"a":[1,2]}', id="any-mapping-and-tuple"),
        pytest.param("a\0b", '"a\\u0000b"', id="nul-is-escaped"),
        pytest.param("half \ud83d", '"half \\ud83d"', id="half-a-surrogate-pair"),
        pytest.param({"n": 2**70}, '{"n":1180591620717411303424}', id="beyond-64-bits"),
    ],
)
def test_values_are_written_canonically(value: object, text: str) -> None:
    assert encode(value) == text


def test_half_a_surrogate_pair_comes_back() -> None:
    assert decode(encode("half \ud83d")) == "half \ud83d"


def test_exact_numbers_and_moments_come_back_exactly() -> None:
    moment = datetime(2026, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    value = {"cost": Decimal("0.10"), "at": moment, "day": date(2026, 3, 1), "list": [Decimal(1)]}

    found = decode_tagged(encode(value))

    assert found == value
    assert str(found["cost"]) == "0.10"  # type: ignore[index]


@pytest.mark.parametrize("value", [{"$decimal": "much"}, {"$moment": 5}, {"$day": "2026-03-01", "x": 1}])
def test_what_only_looks_like_a_tag_stays_as_it_is(value: object) -> None:
    assert decode_tagged(encode(value)) == value


def test_strangers_json_is_never_read_as_tagged() -> None:
    assert decode('{"$decimal":"1"}') == {"$decimal": "1"}


def test_a_dataclass_is_rebuilt_with_its_types() -> None:
    facts = Facts(started_at=datetime(2026, 3, 1, tzinfo=UTC), reopened_n=2)

    assert rebuild(Facts, decode_tagged(encode(facts))) == facts


def test_what_is_no_value_is_refused_by_its_type() -> None:
    @dataclass
    class Holder:
        inner: object

    with pytest.raises(TypeError, match="a set cannot be stored as JSON"):
        encode(Holder({1}))
