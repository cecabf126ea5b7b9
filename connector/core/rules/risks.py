"""Risks: score = probability × impact, its band, and the comment that tells people when the band is crossed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.core.actions import EnsureLabel, Line, Planned, SetIssueFields, Write, WriteComment
from connector.core.fields import is_done, name_of, number_of, summary_of
from connector.core.findings import RiskFound
from connector.core.issue import Issue
from connector.core.rulebook import Band, RiskRules
from connector.core.speech import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskMark:
    """What was last told about a risk: its band, score and escalation, and how often the band was crossed.

    `is_told` is False while the project was only watched: what was found is known, and nobody was told of it.
    """

    band: str
    score: int
    edition: int
    is_escalated: bool
    is_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskJudged:
    """A risk with the writes that follow; `mark` is to be remembered, `has_crossed` and `has_escalated` are news."""

    found: RiskFound
    planned: tuple[Planned, ...] = ()
    mark: RiskMark | None = None
    has_crossed: bool = False
    has_escalated: bool = False


def find_risk(issue: Issue, rules: RiskRules, fields: Mapping[str, str]) -> RiskFound:
    """The risk's score and band as of now. Without probability or impact it is unassessed, never zero.

    fields: our words with the field ids they are bound to in this site.
    """
    probability = _on_scale(issue.fields.get(fields.get(rules.probability, "")), rules.scale[0])
    impact = _on_scale(issue.fields.get(fields.get(rules.impact, "")), rules.scale[1])
    score = probability * impact if probability is not None and impact is not None else None
    band = band_of(score, rules) if score is not None else None
    return RiskFound(
        issue=issue.id,
        key=issue.key,
        summary=summary_of(issue),
        probability=probability,
        impact=impact,
        score=score,
        band=band.id if band else None,
        owner=name_of(issue.fields.get("assignee")),
        is_open=not is_done(issue),
        is_high=band is not None and band == rules.bands[0],
        is_escalated=score is not None and _is_escalated(score, rules),
        reason=None if score is not None else "no_estimate",
    )


def judge_risk(
    issue: Issue, rules: RiskRules, fields: Mapping[str, str], last: RiskMark | None, say: Say
) -> RiskJudged:
    """What must be written for this risk: its score, and a comment that is new only when the band was crossed."""
    found = find_risk(issue, rules, fields)
    if found.score is None or found.band is None or not found.is_open:
        return RiskJudged(found=found)
    has_crossed = last is None or last.band != found.band
    edition = (last.edition if last else 0) + has_crossed
    has_escalated = found.is_escalated and not (last and last.is_escalated)
    mark = RiskMark(band=found.band, score=found.score, edition=edition, is_escalated=found.is_escalated)
    writes = [*_score_writes(issue, found, rules, fields)]
    if mark != last:
        writes.append(_comment(issue, found, rules, edition, say))
    # With the escalation and not again: whoever takes the label off later has a reason.
    is_news = has_escalated or (found.is_escalated and last is not None and not last.is_told)
    if is_news and rules.escalate_label is not None and not _has_label(issue, rules.escalate_label):
        writes.append(EnsureLabel(issue=issue.id, key=issue.key, label=rules.escalate_label))
    return RiskJudged(
        found=found,
        planned=tuple(Planned(write=write, rule="risks", place=str(rules.place)) for write in writes),
        mark=mark,
        has_crossed=has_crossed,
        has_escalated=has_escalated,
    )


def band_of(score: int, rules: RiskRules) -> Band | None:
    """The highest band whose threshold the score satisfies."""
    return next((band for band in rules.bands if band.from_.holds(Decimal(score))), None)


def _on_scale(value: object, top: int) -> int | None:
    """A whole number from 1 to `top`; anything else is not an assessment."""
    number = number_of(value)
    if number is None or number != number.to_integral_value() or not 1 <= number <= top:
        return None
    return int(number)


def _is_escalated(score: int, rules: RiskRules) -> bool:
    return rules.escalate_at is not None and rules.escalate_at.holds(Decimal(score))


def _score_writes(issue: Issue, found: RiskFound, rules: RiskRules, fields: Mapping[str, str]) -> list[Write]:
    field = fields.get(rules.score) if rules.score is not None else None
    if field is None or number_of(issue.fields.get(field)) == found.score:
        return []
    return [SetIssueFields(issue=issue.id, key=issue.key, values={field: found.score})]


def _comment(issue: Issue, found: RiskFound, rules: RiskRules, edition: int, say: Say) -> WriteComment:
    lines = [
        Line(
            text=say(
                "risk.comment.band",
                band=found.band,
                score=found.score,
                probability=found.probability,
                impact=found.impact,
            ),
            is_strong=True,
        )
    ]
    band = next(band for band in rules.bands if band.id == found.band)
    if band.review_every is not None:
        lines.append(Line(text=say("risk.comment.review", days=band.review_every.days)))
    if found.is_escalated:
        lines.append(Line(text=say("risk.comment.escalated", threshold=str(rules.escalate_at))))
    if found.is_escalated and rules.escalate_to:
        names = [one for one in rules.escalate_to if isinstance(one, str)]
        whom = ", ".join(names) if len(names) == len(rules.escalate_to) else rules.escalate_to
        lines.append(Line(text=say("risk.comment.inform", whom=whom)))
    return WriteComment(issue=issue.id, key=issue.key, purpose="risk band", edition=str(edition), lines=tuple(lines))


def _has_label(issue: Issue, label: str) -> bool:
    labels = issue.fields.get("labels")
    return isinstance(labels, list | tuple) and label in labels
