"""A small Jira and Confluence in one process: for the demo, for tests, and for people who write rules.

Requests come in as they would at Atlassian's (REST in Atlassian's shapes, pages for people), are carried out on one
world held in memory, and go out again as signed webhooks. It refuses what Atlassian refuses, so that a client which
works here has met the real sites' strictness: documents on v3, transitions by id, page versions, unique titles, rate
limits, the search that is gone. Its switches make replies get lost, the search index lag and webhooks misbehave.

What it does not imitate: permissions beyond administrator, member and viewer; screens and schemes people configure;
team-managed projects; Jira Service Management; notification mails; app webhooks; the points quota; bulk moves;
issue archiving; JQL's history of deleted versions; the editor's rewriting of Confluence storage.
"""
