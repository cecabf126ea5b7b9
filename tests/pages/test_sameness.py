import pytest

from connector.pages.sameness import is_same

STATUS = '<ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">{}</ac:parameter></ac:structured-macro>'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param('<p local-id="1">a</p>', "<p>a</p>", id="ids-of-the-editor"),
        pytest.param(
            '<ac:structured-macro ac:name="jira" ac:schema-version="1" ac:macro-id="7"><ac:parameter ac:name="b">2'
            '</ac:parameter><ac:parameter ac:name="a">1</ac:parameter></ac:structured-macro>',
            '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="a">1</ac:parameter><ac:parameter ac:name="b">2'
            "</ac:parameter></ac:structured-macro>",
            id="order-of-parameters",
        ),
        pytest.param("<p>a</p>\n  <p>b</p>", "<p>a</p><p>b</p>", id="white-space-between-tags"),
        pytest.param("<p>a  b\n c</p>", "<p>a b c</p>", id="white-space-in-text"),
        pytest.param("<p>caf&eacute; &ldquo;a&rdquo; &#62;</p>", "<p>café “a” &gt;</p>", id="entities"),
        pytest.param("<p>&check; &nonesuch;</p>", "<p>✓ &amp;nonesuch;</p>", id="entities-beyond-the-common-ones"),
        pytest.param('<a title="x" href="y">z</a>', '<a href="y" title="x">z</a>', id="order-of-attributes"),
        pytest.param("<p></p><br></br>", "<p /><br/>", id="empty-tags"),
        pytest.param(
            '<p>a <ac:inline-comment-marker ac:ref="1">b</ac:inline-comment-marker> c</p>',
            "<p>a b c</p>",
            id="comments",
        ),
    ],
)
def test_what_editors_respell_is_the_same(one: str, other: str) -> None:
    assert is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("<p>a</p>", "<p>b</p>", id="words"),
        pytest.param("<p>ab</p>", "<p>a b</p>", id="a-space"),
        pytest.param("<p>a</p>", "<h2>a</h2>", id="elements"),
        pytest.param("<p>&lt;b&gt;</p>", "<p><b></b></p>", id="text-and-markup"),
        pytest.param('<a href="x">a</a>', '<a href="y">a</a>', id="addresses"),
        pytest.param(
            STATUS.format("Red"),
            STATUS.format("Green"),
            id="parameters",
        ),
    ],
)
def test_what_says_something_else_is_not_the_same(one: str, other: str) -> None:
    assert not is_same(one, other)
