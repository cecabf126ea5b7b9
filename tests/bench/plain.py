"""A plain Flask handler: reads the body and answers. What the doors do beyond it is measured against it."""

from flask import Flask, request


def app() -> Flask:
    plain = Flask("plain")

    @plain.post("/hooks/jira")
    def take() -> tuple[dict[str, str], int]:
        request.get_data(cache=False)
        return {"status": "accepted"}, 202

    @plain.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    return plain
