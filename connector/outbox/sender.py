"""One row out: the right desk for its kind, and every failure turned into what is to be done next."""

from collections.abc import Callable

from connector.atlassian.failures import (
    Conflict,
    NotSent,
    OutcomeUnknown,
    Refused,
    SignInFailed,
    Throttled,
)
from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SendMessage,
    SetIssueFields,
    SetIssueProperty,
    WriteComment,
    WritePage,
    WritePageComment,
    WriteRegion,
)
from connector.core.errors import ConnectorError
from connector.core.taking_back import (
    DeleteComment,
    DeletePageComment,
    PutBackFields,
    PutBackProperty,
    PutBackRegions,
    TakeOffLabel,
    Unlink,
)
from connector.outbox import jira_writes, taking_back
from connector.outbox.jira_writes import JiraDesk
from connector.outbox.message_writes import MessageDesk
from connector.outbox.outcome import Impossible, NotYet, Outcome, Unsure
from connector.outbox.page_parts import write_page_comment, write_region
from connector.outbox.page_writes import PageDesk, write_page
from connector.store.outbox import OutboxRow


def send(row: OutboxRow, desks: Callable[[str], tuple[JiraDesk, PageDesk]], messages: MessageDesk) -> Outcome:
    """Carry the row's write out. Never raises what the products or the network do once its site's desks are there."""
    if isinstance(row.write, SendMessage):
        return messages.send(row, row.write)
    jira, pages = desks(row.site)
    try:
        return _carry_out(row, jira, pages)
    except Throttled as failure:
        return NotYet(reason=str(failure), wait_s=failure.retry_after_s)
    except (NotSent, SignInFailed, Conflict) as failure:
        return NotYet(reason=str(failure))
    except OutcomeUnknown as failure:
        return Unsure(reason=str(failure))
    except Refused as failure:
        return Impossible(reason=str(failure))
    except ConnectorError as failure:
        return Impossible(reason=str(failure))


def _carry_out(row: OutboxRow, jira: JiraDesk, pages: PageDesk) -> Outcome:
    match row.write:
        case SetIssueFields() as write:
            return jira_writes.set_fields(jira, row, write)
        case EnsureLabel() as write:
            return jira_writes.ensure_label(jira, row, write)
        case WriteComment() as write:
            return jira_writes.write_comment(jira, row, write)
        case MoveIssue() as write:
            return jira_writes.move_issue(jira, row, write)
        case MakeIssue() as write:
            return jira_writes.make_issue(jira, row, write)
        case LinkIssues() as write:
            return jira_writes.link_issues(jira, row, write)
        case SetIssueProperty() as write:
            return jira_writes.set_property(jira, row, write)
        case WritePage() as write:
            return write_page(pages, row, write)
        case WriteRegion() as write:
            return write_region(pages, row, write)
        case WritePageComment() as write:
            return write_page_comment(pages, row, write)
        case PutBackFields() as write:
            return taking_back.put_back_fields(jira, write)
        case TakeOffLabel() as write:
            return taking_back.take_off_label(jira, write)
        case DeleteComment() as write:
            return taking_back.delete_comment(jira, write)
        case PutBackProperty() as write:
            return taking_back.put_back_property(jira, write)
        case Unlink() as write:
            return taking_back.unlink(jira, write)
        case PutBackRegions() as write:
            return taking_back.put_back_regions(pages, row, write)
        case DeletePageComment() as write:
            return taking_back.delete_page_comment(pages, write)
        case SendMessage():
            raise AssertionError("messages go to no site")
