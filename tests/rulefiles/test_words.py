from connector.core.fields import Field, FieldCatalog
from connector.rulefiles.words import bind_words
from tests.rulefiles.reading import problems, rulebook

SITE = FieldCatalog(
    [
        Field(id="summary", name="Summary", kind="string"),
        Field(id="customfield_1", name="Risk probability", kind="number"),
        Field(id="customfield_2", name="Impact", kind="string"),
        Field(id="customfield_3", name="影响", kind="number"),
    ]
)
DECLARED = {"probability": ("Risk probability", "概率"), "impact": ("Risk impact", "影响")}


def test_a_word_is_bound_to_the_first_of_its_names_that_the_site_has() -> None:
    words = bind_words(DECLARED, SITE)

    assert words.ids == {"probability": "customfield_1", "impact": "customfield_3"}
    assert words.missing == frozenset()


def test_a_declared_word_goes_before_a_field_of_the_same_name() -> None:
    found = bind_words(DECLARED, SITE).catalog.find("IMPACT")

    assert found == Field(id="customfield_3", name="影响", kind="number", aliases=("impact",))


def test_a_word_that_the_site_lacks_reads_as_a_field_no_issue_has() -> None:
    words = bind_words({"score": ("Risk score",)}, SITE)

    assert (words.ids, words.missing) == ({}, frozenset({"score"}))
    assert words.catalog.find("risk SCORE") == Field(id="missing.score", name="Risk score", aliases=("score",))


def test_without_a_site_declared_fields_are_taken_on_trust() -> None:
    words = bind_words({"score": ("Risk score",), "starts": ("Start date",)}, None)

    assert (words.ids, words.missing) == ({"score": "missing.score", "starts": "startdate"}, frozenset())


def test_two_words_may_stand_for_one_field() -> None:
    words = bind_words({"a": ("Summary",), "b": ("Summary",)}, SITE)

    assert words.ids == {"a": "summary", "b": "summary"}
    assert words.catalog.find("b") == Field(id="summary", name="Summary", kind="string", aliases=("a", "b"))


def test_a_field_that_the_site_lacks_is_told_as_a_warning_and_bound_nowhere() -> None:
    text = "language: 1\nprojects: [{jira: OPS, fields: {chance: Risk probabilty, score: [Score, 评分]}}]\n"

    rules = rulebook(text, site=SITE)

    assert rules.warnings == (
        "1.yaml:2:41: projects: this site has no field called 'Risk probabilty', so that 'chance' stays empty; "
        "did you mean 'Risk probability'?",
        "1.yaml:2:65: projects: this site has no field called 'Score' or '评分', so that 'score' stays empty; "
        "make the field in Jira, or name another",
    )
    found = rules.project_for("OPS")
    assert found is not None
    assert found.field_ids == {}


def test_setting_a_field_that_the_site_lacks_is_a_problem() -> None:
    text = (
        "language: 1\nprojects: [{jira: OPS, fields: {score: Score}}]\n"
        "automations: [{id: a, when: issue.updated, if: summary ~ x, then: [{set_fields: {score: 3}}]}]\n"
    )

    found = problems(text, site=SITE)

    assert found == ["1.yaml:3:82: a: this site has no field for 'score'; make it in Jira first"]
