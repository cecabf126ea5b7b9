"""Files that come with a multipart request, and files that go out."""

from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from connector.sandbox.confluence.model import Attachment, FileEdition
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.confluence.request import the_state, whole

downloads = Blueprint("confluence_downloads", __name__)
# What a browser may show in place; all else is offered to be saved.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@downloads.errorhandler(ConfluenceProblem)
def _refused(problem: ConfluenceProblem) -> Response:
    return Response(problem.message, status=problem.status, mimetype="text/plain")


@downloads.get("/wiki/download/attachments/<page_id>/<name>")
@downloads.get("/confluence/download/attachments/<page_id>/<name>")
def download(page_id: str, name: str) -> Response:
    """A file's bytes, of its last version or another."""
    for one in the_state().held.attachments.values():
        if one.page == page_id and one.name == name and one.status == "current":
            return sent(one, edition_of(one, whole("version", one.latest.number, least=1)))
    raise ConfluenceProblem(404, f"There is no file {name} on the page {page_id}.")


def edition_of(one: Attachment, number: int) -> FileEdition:
    """One version of a file; 404 when there is none of this number."""
    for edition in one.editions:
        if edition.number == number:
            return edition
    raise ConfluenceProblem(404, f"No version {number} of attachment {one.id}")


def sent(one: Attachment, edition: FileEdition) -> Response:
    """A file's bytes. Nothing in it can run in the reader's browser as if it were Confluence."""
    answer = Response(edition.data, mimetype=edition.media_type)
    how = "inline" if edition.media_type in _SHOWN else "attachment"
    answer.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(one.name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer


def uploaded() -> list[FileStorage]:
    """The files of the request. 403 without the header against forgery, 415 or 400 when there are none."""
    if request.headers.get("X-Atlassian-Token", "").lower() not in ("nocheck", "no-check"):
        raise ConfluenceProblem(403, "XSRF check failed")
    if request.mimetype != "multipart/form-data":
        raise ConfluenceProblem(415, "Unsupported Media Type")
    files = request.files.getlist("file")
    if not files:
        raise ConfluenceProblem(400, "At least one file part named 'file' is required.")
    return files


def media_type(file: FileStorage) -> str:
    """What kind of file it says it is."""
    return file.mimetype or "application/octet-stream"


def is_minor() -> bool:
    """Whether watchers are to be left alone."""
    return request.form.get("minorEdit", "").lower() == "true"
