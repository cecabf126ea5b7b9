"""The webhook bodies of Confluence: ids only on Data Center unless switched, the relayed full shape on Cloud."""

from connector.sandbox.confluence.host import Host
from connector.sandbox.confluence.model import Attachment, Comment, Label, Page
from connector.sandbox.confluence.places import ms, page_path
from connector.sandbox.users import Person

Body = dict[str, object]


class Announcer:
    """Tells the outside world what happened, in the shape of the deployment."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def page(self, event: str, page: Page, actor: Person, *, trigger: str | None = None) -> None:
        """page_created, page_updated, page_trashed, page_restored, page_removed."""
        extra: Body = {"updateTrigger": trigger} if trigger else {}
        self._send(event, actor, {**extra, "page": self._page(page)})

    def moved(self, page: Page, actor: Person, old: Page | None, new: Page | None) -> None:
        """page_moved, with the parents before and after."""
        parents = {"oldParent": old, "newParent": new}
        told = {name: self._page(one) for name, one in parents.items() if one is not None}
        self._send("page_moved", actor, {"page": self._page(page), **told})

    def label(self, event: str, label: Label, page: Page, actor: Person) -> None:
        """label_added, label_removed."""
        self._send(event, actor, {"label": self._label(label), "labeled": self._page(page)})

    def comment(self, event: str, comment: Comment, page: Page, actor: Person) -> None:
        """comment_created, comment_updated, comment_removed."""
        self._send(event, actor, {"comment": self._comment(comment, page)})

    def attachment(self, event: str, attachment: Attachment, page: Page, actor: Person) -> None:
        """attachment_created, attachment_updated, attachment_trashed, attachment_removed."""
        told = [self._attachment(attachment, page)]
        self._send(event, actor, {"attachments": told, "attachedTo": self._page(page)})

    @property
    def _is_full(self) -> bool:
        return self._host.is_cloud or self._host.faults.switches.confluence_full_bodies

    def _send(self, event: str, actor: Person, parts: Body) -> None:
        if not self._host.webhooks.wants("confluence"):
            return
        now = ms(self._host.clock.now())
        if self._host.is_cloud:
            body: Body = {"userAccountId": actor.id, "accountType": "customer", **parts, "timestamp": now}
            self._host.webhooks.send("confluence", event, body, headers={"X-Event-Key": event})
            return
        self._host.webhooks.send("confluence", event, {"timestamp": now, "event": event, "userKey": actor.key, **parts})

    def _page(self, page: Page) -> Body:
        if not self._is_full:
            return {"id": int(page.id)}
        return {
            **self._people(page.author, page.latest.by),
            "spaceKey": page.space,
            "modificationDate": ms(page.latest.at),
            "self": self._host.confluence_url + page_path(page),
            "id": int(page.id),
            "title": page.title,
            "creationDate": ms(page.created),
            "contentType": "page",
            "version": page.latest.number,
        }

    def _label(self, label: Label) -> Body:
        if not self._is_full:
            return {"id": label.id}
        url = f"{self._host.confluence_url}/label/{label.name}"
        return {"id": label.id, "name": label.name, "prefix": label.prefix, "title": label.name, "self": url}

    def _comment(self, comment: Comment, page: Page) -> Body:
        parent = {"inReplyTo": {"id": int(comment.parent)}} if comment.parent else {}
        if not self._is_full:
            return {"id": int(comment.id), "parent": self._page(page), **parent}
        return {
            **self._people(comment.author, comment.latest.by),
            "spaceKey": page.space,
            "modificationDate": ms(comment.latest.at),
            "self": f"{self._host.confluence_url}{page_path(page)}?focusedCommentId={comment.id}",
            "id": int(comment.id),
            "creationDate": ms(comment.created),
            "contentType": "comment",
            "version": comment.latest.number,
            "parent": self._page(page),
            **parent,
        }

    def _attachment(self, attachment: Attachment, page: Page) -> Body:
        number = int(attachment.id.removeprefix("att"))
        if not self._is_full:
            return {"id": number}
        latest = attachment.latest
        return {
            **self._people(attachment.author, latest.by),
            "spaceKey": page.space,
            "modificationDate": ms(latest.at),
            "self": f"{self._host.confluence_url}/download/attachments/{page.id}/{attachment.name}",
            "id": number,
            "fileName": attachment.name,
            "fileSize": len(latest.data),
            "comment": latest.comment,
            "creationDate": ms(attachment.created),
            "contentType": "attachment",
            "version": latest.number,
        }

    def _people(self, author: str, last: str) -> Body:
        if self._host.is_cloud:
            return {"creatorAccountId": author, "lastModifierAccountId": last}
        return {"creatorKey": self._key(author), "lastModifierKey": self._key(last)}

    def _key(self, person_id: str) -> str:
        person = self._host.users.find(person_id)
        return person.key if person else person_id
