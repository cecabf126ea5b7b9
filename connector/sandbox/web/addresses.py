"""Where each web page stands: Jira at the root or under /jira, Confluence under /wiki or /confluence."""

from urllib.parse import quote, urlencode

from connector.sandbox.confluence.model import Attachment, Page
from connector.sandbox.confluence.places import file_path, page_path
from connector.sandbox.jira.rows import Attachment as IssueFile
from connector.sandbox.jira.rows import Board


class Addresses:
    """The paths of the pages of one deployment; none names a host."""

    def __init__(self, *, is_cloud: bool) -> None:
        self.is_cloud = is_cloud
        self.jira = "" if is_cloud else "/jira"
        self.wiki = "/wiki" if is_cloud else "/confluence"

    def issue(self, key: str, *rest: str) -> str:
        """An issue, or what hangs on it: `issue("OPS-1", "edit")`."""
        return "/".join([f"{self.jira}/browse/{quote(key)}", *(quote(one) for one in rest)])

    def project(self, key: str, *rest: str) -> str:
        """A project, or one of its pages."""
        return "/".join([f"{self.jira}/projects/{quote(key)}", *(quote(one) for one in rest)])

    def board(self, key: str, board: Board) -> str:
        """A board of a project."""
        return self.project(key, "boards", str(board.id))

    def issues(self, jql: str = "") -> str:
        """The list of issues that a query finds."""
        return f"{self.jira}/issues/" + (f"?{urlencode({'jql': jql})}" if jql else "")

    def issue_file(self, file: IssueFile) -> str:
        """A file of an issue."""
        return f"{self.jira}/secure/attachment/{quote(file.id)}/{quote(file.name, safe='')}"

    def space(self, key: str) -> str:
        """A space."""
        return f"{self.wiki}/spaces/{quote(key)}"

    def page(self, page: Page) -> str:
        """A page, at the address that the deployment's own links have."""
        if self.is_cloud:
            return f"{self.wiki}{page_path(page)}"
        return f"{self.wiki}/pages/viewpage.action?pageId={page.id}"

    def edit_page(self, page: Page) -> str:
        """Where a page is written."""
        if self.is_cloud:
            return f"{self.wiki}/spaces/{quote(page.space)}/pages/edit-v2/{page.id}"
        return f"{self.wiki}/pages/editpage.action?pageId={page.id}"

    def create_page(self, space: str, parent: Page | None = None) -> str:
        """Where a page is made, below another one."""
        if self.is_cloud:
            below = f"?parentPageId={parent.id}" if parent else ""
            return f"{self.wiki}/spaces/{quote(space)}/pages/create{below}"
        below = f"&fromPageId={parent.id}" if parent else ""
        return f"{self.wiki}/pages/createpage.action?spaceKey={quote(space)}{below}"

    def page_history(self, page: Page) -> str:
        """The versions of a page."""
        return f"{self.wiki}/pages/viewpreviousversions.action?pageId={page.id}"

    def page_version(self, page: Page, number: int) -> str:
        """An old version of a page."""
        return f"{self.wiki}/pages/{page.id}/versions/{number}"

    def page_changes(self, page: Page, number: int) -> str:
        """What a version changed."""
        return f"{self.wiki}/pages/{page.id}/versions/{number}/changes"

    def on_page(self, page: Page, *rest: str) -> str:
        """Where a form on a page goes."""
        return "/".join([f"{self.wiki}/pages/{page.id}", *(quote(one) for one in rest)])

    def page_file(self, file: Attachment) -> str:
        """A file of a page."""
        return f"{self.wiki}{file_path(file)}"
