"""What the two products say no with, for people: each message by itself, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.refusal import Refusal
from connector.sandbox.web.words import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Messages about the whole, and messages by field id."""

    messages: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def everything(self) -> str:
        """All of it in one line."""
        return " ".join([*self.messages, *self.fields.values()])


#: What the products' messages match, and the Chinese that people read instead; \1 is the first group.
_CHINESE = (
    (r"(.+) is required\.", r"必须填写“\1”。"),
    (
        r"It seems that you have tried to perform a workflow operation \((.+?)\) that is not valid .*",
        r"无法对此问题执行“\1”：它当前的状态不允许该操作。可能有人刚刚修改了此问题，请查看历史记录。",
    ),
    (r"Transition id '(.+)' is not valid for this issue\.", r"转换“\1”不适用于此问题。"),
    (r"You must specify a summary of the issue\.", "必须填写问题的摘要。"),
    (r"Summary can't exceed 255 characters\.", "摘要不能超过 255 个字符。"),
    (r"The summary is invalid because it contains newline characters\.", "摘要不能包含换行符。"),
    (r"The label '(.+)' contains spaces which is invalid\.", r"标签“\1”不能包含空格。"),
    (r"Operation value must be a number", "请输入数字。"),
    (r"Operation value must be a string", "请输入文字。"),
    (r"Error parsing date string: (.*)", r"日期“\1”无效，请按 2026-01-05 的格式填写。"),
    (r"Could not find issue by id or key\.", "找不到此编号或关键字对应的问题。"),
    (r"You cannot link an issue to itself\.", "不能将问题链接到自身。"),
    (r"Issue does not exist or you do not have permission to see it\.", "问题不存在，或您无权查看。"),
    (r"Given parent work item does not belong to appropriate hierarchy\.", "所选父级的层级不正确。"),
    (r"Issue type is a sub-task but parent issue key or id not specified\.", "子任务必须指定父级问题。"),
    (r"'(.*)' is not a valid duration; write it as 2d 4h", r"“\1”不是有效的时长，请按 2d 4h 的格式填写。"),
    (r"You must indicate the time spent working\.", "请填写耗费的时间，例如 2h 30m。"),
    (r"You must specify a valid version name", "必须填写版本名称。"),
    (r"A version with this name already exists in this project\.", "此项目中已有同名版本。"),
    (
        r"Please enter the date in the following format: yyyy-MM-dd \((.*)\)",
        r"日期 \1 无效，请按 2026-01-05 的格式填写。",
    ),
    (r"You do not have permission to administer this project\.", "您无权管理此项目。"),
    (r"You do not have the permission to edit this comment\.", "您无权编辑此评论。"),
    (r"Comment body is not valid!", "评论内容无效。"),
    (r"No project could be found with key '(.*)'\.", r"找不到关键字为“\1”的项目。"),
    (
        r"Project keys must start with an uppercase letter.*",
        "项目关键字必须以大写字母开头，由 2 至 10 个大写字母或数字组成。",
    ),
    (r"Project '(.*)' uses this project key\.", r"项目“\1”已使用此关键字。"),
    (r"You must specify a valid project name\.", "必须填写有效的项目名称。"),
    (r"A project with that name already exists\.", "已有同名项目。"),
    (r"Unbounded JQL queries are not allowed here\..*", "此处不允许没有限制条件的 JQL 查询，请添加搜索条件。"),
    (r"The value '(.*)' does not exist for the field '(.*)'\.", r"字段“\2”中不存在值“\1”。"),
    (r"A value with ID '(.*)' does not exist for the field '(.*)'\.", r"字段“\2”中不存在 ID 为“\1”的值。"),
    (r"An issue with key '(.*)' does not exist for field '(.*)'\.", r"字段“\2”中不存在关键字为“\1”的问题。"),
    (
        r"The user '(.*)' does not exist and cannot be used in the 'by' predicate\.",
        r"用户“\1”不存在，不能用在“by”之后。",
    ),
    (r"The comment body must not be empty\.", "评论内容不能为空。"),
    (r"The entered text is too long\..*", "输入的文字过长。"),
    (
        r"Version must be incremented on update\. Current version is: (\d+)",
        r"此页面在您编辑期间已被他人修改，当前版本为 \1。",
    ),
    (r"Error parsing xhtml: (.*)", r"存储格式有误：\1"),
    (r"A title is required for a page\.", "页面必须有标题。"),
    (r"Title cannot be longer than (\d+) characters\.", r"标题不能超过 \1 个字符。"),
    (
        r"A page with this title already exists: .* with the title (.*) in the space with key (.*)",
        r"空间 \2 中已有标题为“\1”的页面。",
    ),
    (r"Label '(.*)' contains invalid characters, or is empty or too long\.", r"标签“\1”为空、过长或包含无效字符。"),
    (r"Cannot add a new attachment with same file name as an existing attachment: (.*)", r"已有同名附件：\1"),
    (r"The selected text was found (\d+) times on the page\.", r"所选文字在页面上出现了 \1 次。"),
    (r"A page cannot be moved below itself\.", "页面不能移动到自身之下。"),
    (r"No space with key : (.*)", r"找不到关键字为“\1”的空间。"),
    (r"No (?:content|page|comment|attachment) found with id: .*", "找不到该内容，它可能已被删除。"),
    (r"No version (\d+) of content .*", r"此页面没有版本 \1。"),
    (r"'(.*)' is no file name\.", r"“\1”不是有效的文件名。"),
)
_JQL = re.compile(r"Error in the JQL Query: (?:JQL (\d+):(\d+): )?(.*?)(?:; did you mean (.*)\?)?", re.DOTALL)
_JQL_CHINESE = (
    (r"there is no field (.*)", r"没有名为 \1 的字段"),
    (r"there is no function (.*)", r"没有名为 \1 的函数"),
    (r"found (.*), expected (.*)", r"此处是 \1，应为 \2"),
    (r"the field (.*) does not take (.*); it takes (.*)", r"字段 \1 不支持 \2；可用的有 \3"),
    (r"(.*) is no date or time; write one like (.*)", r"\1 不是日期或时间；请写成如 \2"),
    (r"the quote (.) is never closed.*", r"引号 \1 没有闭合，或其中有制表符或无效的反斜杠"),
    (r"a word cannot start with \* or \?, as (.*) does", r"词语 \1 不能以 * 或 ? 开头"),
    (r"(.*) takes (\d+) to (\d+) arguments and is given (\d+)", r"\1 需要 \2 至 \3 个参数，却给出了 \4 个"),
)
_JQL_WORDS = (("the end", "结尾"), ("a number", "数字"), ("a name or value", "名称或值"), (" or ", " 或 "))
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), chinese) for pattern, chinese in _CHINESE)


def said_by(error: Refusal | ConfluenceProblem, t: Texts) -> Said:
    """The messages of a refusal of either product."""
    if isinstance(error, ConfluenceProblem):
        return Said(messages=[translated(error.message, t)])
    body = error.body if isinstance(error.body, Mapping) else {}
    general, by_field = body.get("errorMessages"), body.get("errors")
    messages = [translated(str(one), t) for one in general] if isinstance(general, list) else []
    fields = (
        {str(name): translated(str(one), t) for name, one in by_field.items()} if isinstance(by_field, dict) else {}
    )
    if not messages and not fields:
        messages = [translated(str(body.get("message") or t("That did not work.")), t)]
    return Said(messages=messages, fields=fields)


def translated(message: str, t: Texts) -> str:
    """A product's message in the reader's language; one that is not known stays as it is."""
    if not t.is_chinese:
        return message
    for pattern, chinese in _PATTERNS:
        if found := pattern.fullmatch(message):
            return found.expand(chinese)
    jql = _JQL.fullmatch(message)
    return _jql(jql) if jql else message


def _jql(found: re.Match[str]) -> str:
    line, column, what, meant = found.groups()
    for pattern, chinese in _JQL_CHINESE:
        if known := re.fullmatch(pattern, what, re.DOTALL):
            what = known.expand(chinese)
            break
    for english, chinese in _JQL_WORDS:
        what = what.replace(english, chinese)
    place = f"第 {line} 行第 {column} 列，" if line else ""
    return f"JQL 查询有误：{place}{what}" + (f"；您是否想输入 {meant}？" if meant else "")
