"""Clients in a process of their own, each with a connection that stays open, posting signed bodies."""

import hashlib
import hmac
import http.client
import json
import sys
import threading
import time

from tests.bench.payloads import issue_updated


def main(port: int, count: int, clients: int, secret: str) -> None:
    """Post `count` bodies from `clients` connections; print what was answered and how long it took as JSON."""
    bodies = [issue_updated(number) for number in range(count)]
    signed = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for body in bodies]
    answers: list[tuple[int, float]] = []
    lock = threading.Lock()

    def post(share: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        own = []
        for number in share:
            began = time.perf_counter()
            headers = {
                "X-Hub-Signature": f"sha256={signed[number]}",
                "X-Atlassian-Webhook-Identifier": f"bench-{number}",
                "Content-Type": "application/json",
            }
            connection.request("POST", "/hooks/jira", bodies[number], headers)
            answer = connection.getresponse()
            answer.read()
            own.append((answer.status, time.perf_counter() - began))
        connection.close()
        with lock:
            answers.extend(own)

    threads = [threading.Thread(target=post, args=(range(one, count, clients),)) for one in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    waits = sorted(wait for _, wait in answers)
    print(
        json.dumps(
            {
                "took_s": took,
                "statuses": sorted({status for status, _ in answers}),
                "p50_ms": 1000 * waits[len(waits) // 2],
                "p99_ms": 1000 * waits[len(waits) * 99 // 100],
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
