"""The pages on which people look at the sandbox and work in it with a browser.

Requests come in through `door`, are carried out by `connector.sandbox.jira` and `connector.sandbox.confluence` as a
REST client's would be, and are answered from `templates/` with what stands in `static/`, in English or Chinese.
"""
