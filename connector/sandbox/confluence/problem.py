"""What Confluence refuses, before it is put into the words of one of its three APIs."""

PARSE_ERROR = "Error parsing xhtml: "


class ConfluenceProblem(Exception):
    """A request that Confluence does not fulfil: the HTTP status and what it says about it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class StaleVersion(ConfluenceProblem):
    """An update whose version number is not the next one."""

    def __init__(self, current: int, given: int) -> None:
        super().__init__(409, f"Version must be incremented on update. Current version is: {current}")
        self.current = current
        self.given = given


class BadStorage(ConfluenceProblem):
    """A body that is not storage format."""

    def __init__(self, what: str, row: int, column: int) -> None:
        super().__init__(400, f"{PARSE_ERROR}{what}\n at [row,col {{unknown-source}}]: [{row},{column}]")


def absent(kind: str, number: str) -> ConfluenceProblem:
    """404 for content that is not there or not to be seen."""
    return ConfluenceProblem(404, f"No {kind} found with id: ContentId{{id={number}}}")


def title_taken(title: str, space: str) -> ConfluenceProblem:
    """400 for a second page of the same title."""
    return ConfluenceProblem(
        400,
        f"A page with this title already exists: A page already exists with the title {title} "
        f"in the space with key {space}",
    )
