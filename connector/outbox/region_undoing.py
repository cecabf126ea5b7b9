"""What taking a page's regions back would do."""

from collections.abc import Mapping

from connector.core.actions import WritePage, WriteRegion
from connector.core.taking_back import PutBackRegions
from connector.outbox.chains import Chain
from connector.outbox.page_writes import PageDesk
from connector.outbox.step import Step, left
from connector.pages.regions import find, look
from connector.pages.sameness import is_same


def page_regions(desk: PageDesk, chain: Chain, write: WritePage) -> Step:
    """A page's regions as they were before the run. A page that the run made stays: people may have written on it."""
    row, page_id = chain.last, chain.last.remote_id or ""
    known = desk.known(row.natural_key)
    if chain.before is None:
        return left(row, f"page {page_id} ({write.title}) was made, and pages are never deleted: do so by hand")
    return _step(desk, chain, write.title, write.regions, known.version if known is not None else None)


def single_region(desk: PageDesk, chain: Chain, write: WriteRegion) -> Step:
    """One region as it was before the run; one that the run put on the page is emptied."""
    return _step(desk, chain, write.page, {write.region: write.body}, None)


def _step(desk: PageDesk, chain: Chain, title: str, ours: Mapping[str, str], version: int | None) -> Step:
    row, page_id = chain.last, chain.last.remote_id or ""
    page = desk.confluence.page(page_id)
    held = look(page.body).regions
    before = _before(desk, chain, page_id, version)
    still = [name for name in held if name in ours and is_same(held[name].inner, ours[name])]
    back = {
        name: before.get(name, "")
        for name in still
        if (name in before or version is None) and not is_same(before.get(name, ""), held[name].inner)
    }
    changed = [name for name in held if name in ours and name not in still]
    write = PutBackRegions(of=row.natural_key, page=page_id, ours={name: ours[name] for name in back}, regions=back)
    return Step(
        row=row,
        write=write if back else None,
        back=tuple(f"{title}: region {name} as it was before" for name in back),
        left=tuple(f"{title}: region {name} was changed since" for name in changed),
    )


def _before(desk: PageDesk, chain: Chain, page_id: str, version: int | None) -> Mapping[str, str]:
    """The regions as they stood before the chain: in the page's version before it, else as we wrote them last.

    The version that a single write left is known; before several of them, what we wrote before is.
    """
    if version is not None and version > 1 and chain.first is chain.last:
        body = desk.confluence.body_at(page_id, version - 1)
        if body is not None:
            return {name: region.inner for name, region in find(body).items()}
    earlier = chain.before.write if chain.before is not None else None
    match earlier:
        case WritePage() | PutBackRegions():
            return earlier.regions
        case WriteRegion():
            return {earlier.region: earlier.body}
    return {}
