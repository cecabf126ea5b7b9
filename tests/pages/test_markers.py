import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.pages.markers import keep_markers
from connector.pages.reading import check_whole
from connector.pages.regions import Spliced, splice, wrap
from connector.pages.sameness import is_same

RED = '<ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Red</ac:parameter></ac:structured-macro>'


def mark(words: str, ref: str = "r1") -> str:
    return f'<ac:inline-comment-marker ac:ref="{ref}">{words}</ac:inline-comment-marker>'


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        pytest.param(
            f"<p>Late: {mark('OPS-7')}</p>",
            "<p>Late: OPS-7, OPS-9</p>",
            f"<p>Late: {mark('OPS-7')}, OPS-9</p>",
            id="still-there",
        ),
        pytest.param(f"<p>Late: {mark('OPS-7')}</p>", "<p>Late: OPS-9</p>", "<p>Late: OPS-9</p>", id="gone"),
        pytest.param(
            f"<p>first 12 last</p><p>due {mark('12')} days</p>",
            "<p>first 12 last</p><p>now</p><p>due 12 days</p>",
            f"<p>first 12 last</p><p>now</p><p>due {mark('12')} days</p>",
            id="the-likest-of-several-places",
        ),
        pytest.param(
            f"<p>{mark('12', 'a')} and {mark('12', 'b')}</p>",
            "<p>12 and 12</p>",
            f"<p>{mark('12', 'a')} and {mark('12', 'b')}</p>",
            id="two-on-the-same-words",
        ),
        pytest.param(
            f"<p>{mark('a &lt; b &amp; &quot;中&quot;')}</p>",
            "<p>x a &lt; b &#38; &quot;中&quot;</p>",
            f"<p>x {mark('a &lt; b &#38; &quot;中&quot;')}</p>",
            id="entities",
        ),
        pytest.param(
            f"<p>{mark('one <strong>two</strong>')}</p>",
            "<p>one <strong>two</strong></p>",
            f"<p>{mark('one ')}<strong>{mark('two')}</strong></p>",
            id="across-bold-words",
        ),
        pytest.param(
            f"<p>{mark('big ' + mark('small', 'r2'))}</p>",
            "<p>big small</p>",
            f"<p>{mark('big ')}" + mark(mark("small", "r2")) + "</p>",
            id="one-in-another",
        ),
        pytest.param(
            f"<p>{mark('Red')}</p>",
            f"<p>{RED}</p>",
            f"<p>{RED}</p>",
            id="never-inside-a-macro's-parameters",
        ),
        pytest.param(f"<p>{mark('x')}</p>", "<p><![CDATA[x]]></p>", "<p><![CDATA[x]]></p>", id="never-inside-cdata"),
    ],
)
def test_comments_stay_on_their_words(old: str, new: str, kept: str) -> None:
    assert keep_markers(old, new) == kept


def test_a_comment_in_a_region_survives_its_renewal() -> None:
    body = wrap("kpis", f"<p>On time: {mark('87%')}</p><p>Late: 3</p>")

    spliced = splice(body, {"kpis": "<p>On time: 87%</p><p>Late: 4</p>"})

    assert spliced == Spliced(body=wrap("kpis", f"<p>On time: {mark('87%')}</p><p>Late: 4</p>"), changed=True)


WORDS = st.lists(st.sampled_from(("12", "OPS-7", "中文", "😀", "&amp;", "&lt;x", " ", "late")), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(old=WORDS, new=WORDS, at=st.integers(0, 7), ref=st.sampled_from(("a", "b&quot;c")))
def test_comments_change_nothing_but_where_they_stand(old: list[str], new: list[str], at: int, ref: str) -> None:
    marked = [mark(word, ref) if place == at else word for place, word in enumerate(old)]
    fresh = f"<p>{''.join(new)}</p>"

    kept = keep_markers(f"<p>{''.join(marked)}</p>", fresh)

    check_whole(kept)
    assert is_same(kept, fresh)
