from dataclasses import replace

from connector.core.actions import EnsureLabel, SetIssueFields, WriteComment
from connector.core.rules.risks import RiskMark, find_risk, judge_risk
from tests.core.build import FIELDS, RISKS, risk, say


def judged(issue, last=None):
    return judge_risk(issue, RISKS, FIELDS, last, say)


def writes(found):
    return [planned.write for planned in found.planned]


def test_a_risk_is_scored_as_probability_times_impact_and_the_score_goes_into_its_field() -> None:
    found = judged(risk(1, 3, 3))

    assert writes(found)[0] == SetIssueFields(issue="1001", key="OPS-1", values={"customfield_3": 9})
    assert (found.found.score, found.found.band, found.found.is_high) == (9, "medium", False)


def test_a_score_that_stands_in_the_field_already_is_not_written_again() -> None:
    found = judged(risk(1, 3, 3, customfield_3=9.0), RiskMark(band="medium", score=9, edition=1, is_escalated=False))

    assert writes(found) == []


def test_a_risk_without_impact_is_unassessed_and_never_zero() -> None:
    found = find_risk(risk(1, 3, None), RISKS, FIELDS)

    assert (found.score, found.band, found.reason) == (None, None, "no_estimate")


def test_a_number_off_the_scale_is_no_assessment() -> None:
    assert find_risk(risk(1, 6, 2), RISKS, FIELDS).score is None
    assert find_risk(risk(1, 0, 2), RISKS, FIELDS).score is None


def test_within_a_band_the_same_comment_is_edited() -> None:
    last = RiskMark(band="medium", score=8, edition=1, is_escalated=False)

    found = judged(risk(1, 3, 4), last)

    comment = next(write for write in writes(found) if isinstance(write, WriteComment))
    assert comment.natural_key == "issue 1001 comment risk band 1"
    assert found.has_crossed is False


def test_crossing_a_band_makes_a_new_comment() -> None:
    last = RiskMark(band="medium", score=12, edition=1, is_escalated=False)

    found = judged(risk(1, 4, 4), last)

    comment = next(write for write in writes(found) if isinstance(write, WriteComment))
    assert comment.natural_key == "issue 1001 comment risk band 2"
    assert (found.has_crossed, found.mark) == (True, RiskMark(band="high", score=16, edition=2, is_escalated=False))


def test_a_risk_of_twenty_is_escalated_with_label_and_words() -> None:
    found = judged(risk(1, 4, 5))

    assert EnsureLabel(issue="1001", key="OPS-1", label="escalated") in writes(found)
    comment = next(write for write in writes(found) if isinstance(write, WriteComment))
    assert [line.text for line in comment.lines] == [
        "risk.comment.band band=high impact=5 probability=4 score=20",
        "risk.comment.escalated threshold=>= 20",
        "risk.comment.inform whom=sponsor",
    ]
    assert found.has_escalated is True


def test_a_risk_of_sixteen_is_not_escalated() -> None:
    found = judged(risk(1, 4, 4))

    assert not [write for write in writes(found) if isinstance(write, EnsureLabel)]
    assert found.has_escalated is False


def test_a_closed_risk_is_left_alone() -> None:
    found = judged(risk(1, 5, 5, is_at="Done"))

    assert writes(found) == []


def test_without_a_score_field_only_words_are_written() -> None:
    found = judge_risk(risk(1, 3, 3), replace(RISKS, score=None), FIELDS, None, say)

    assert [type(write) for write in writes(found)] == [WriteComment]


def test_what_was_found_while_nobody_was_told_is_told_later_under_the_same_edition() -> None:
    shown = RiskMark(band="high", score=20, edition=1, is_escalated=True, is_told=False)

    found = judged(risk(1, 4, 5, customfield_3=20), shown)

    assert [type(write) for write in writes(found)] == [WriteComment, EnsureLabel]
    assert (found.mark, found.has_crossed, found.has_escalated) == (replace(shown, is_told=True), False, False)


def test_a_label_that_was_taken_off_an_escalated_risk_stays_off() -> None:
    told = RiskMark(band="high", score=20, edition=1, is_escalated=True)

    assert writes(judged(risk(1, 4, 5, customfield_3=20, labels=[]), told)) == []
