from decimal import Decimal

import pytest

from connector.core.figures.decision_tree import (
    BadTree,
    Branch,
    Chance,
    Choice,
    Decided,
    End,
    Option,
    decide,
    expected_money,
)


def market(strong: str, weak: str, good: int, bad: int) -> Chance:
    return Chance(
        branches=(
            Branch(name="strong demand", probability=Decimal(strong), then=End(payoff=Decimal(good))),
            Branch(name="weak demand", probability=Decimal(weak), then=End(payoff=Decimal(bad))),
        )
    )


def plants(strong: str, weak: str) -> Choice:
    """PMBOK Guide, decision tree analysis: build a new plant for 120 or upgrade the old one for 50 (millions)."""
    return Choice(
        options=(
            Option(name="build", cost=Decimal(120), then=market(strong, weak, 200, 90)),
            Option(name="upgrade", cost=Decimal(50), then=market(strong, weak, 120, 60)),
        )
    )


@pytest.mark.parametrize(
    ("strong", "weak", "build", "upgrade"),
    [
        pytest.param("0.6", "0.4", "36", "46", id="60-to-40"),
        pytest.param("0.65", "0.35", "41.5", "49", id="65-to-35"),
    ],
)
def test_pmbok_prefers_the_upgrade(strong: str, weak: str, build: str, upgrade: str) -> None:
    found = decide(plants(strong, weak))

    assert found == Decided(
        values=(("build", Decimal(build)), ("upgrade", Decimal(upgrade))), best=("upgrade",), value=Decimal(upgrade)
    )


def test_a_choice_after_a_chance_is_made_when_it_comes() -> None:
    later = Choice(
        options=(Option(name="stop", then=End(payoff=Decimal(0))), Option(name="go", then=End(payoff=Decimal(9))))
    )
    tree = Chance(
        branches=(
            Branch(name="yes", probability=Decimal("0.5"), then=later, cost=Decimal(1)),
            Branch(name="no", probability=Decimal("0.5"), then=End(payoff=Decimal(-4))),
        )
    )

    assert expected_money(tree) == 2


def test_options_of_equal_worth_are_all_named() -> None:
    end = End(payoff=Decimal(3))

    assert decide(Choice(options=(Option(name="a", then=end), Option(name="b", then=end)))).best == ("a", "b")


@pytest.mark.parametrize(("strong", "weak"), [("0.6", "0.3"), ("1.5", "-0.5")])
def test_probabilities_that_do_not_add_up_to_1_are_refused(strong: str, weak: str) -> None:
    with pytest.raises(BadTree, match=r"strong demand .* add up to"):
        expected_money(market(strong, weak, 1, 1))


def test_a_node_without_a_way_on_is_refused() -> None:
    with pytest.raises(BadTree, match="no options"):
        decide(Choice(options=()))
    with pytest.raises(BadTree, match="no branch"):
        expected_money(Chance(branches=()))
