"""Sends webhooks as Atlassian does: signed, from a queue of its own, again after a failure, and as badly as asked."""

import hashlib
import heapq
import hmac
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import orjson
import requests

from connector.sandbox.faults import Faults

Product = Literal["jira", "confluence"]
RETRIES = 5
_AGAIN = frozenset({408, 409, 425, 429})


@dataclass(slots=True, order=True)
class _Delivery:
    due: float
    number: int
    product: Product = field(compare=False)
    event: str = field(compare=False)
    url: str = field(compare=False)
    body: bytes = field(compare=False)
    headers: dict[str, str] = field(compare=False)
    attempt: int = field(compare=False, default=0)


@dataclass(slots=True, kw_only=True)
class _Product:
    url: str | None
    queue: list[_Delivery] = field(default_factory=list)
    under_way: int = 0


class WebhookSender:
    """One queue and one thread for each product.

    On Cloud a failed delivery is tried again up to five times under the same identifier; on Data Center it is lost.
    """

    def __init__(
        self, faults: Faults, *, is_cloud: bool, jira: str | None, confluence: str | None, secret: str | None
    ) -> None:
        self.faults = faults
        self.trace: str | None = None
        self.log: deque[dict[str, object]] = deque(maxlen=500)
        self.counts = {"sent": 0, "delivered": 0, "failed": 0, "dropped": 0, "retried": 0}
        self._is_cloud = is_cloud
        self._secret = secret
        self._products: dict[Product, _Product] = {
            "jira": _Product(url=jira),
            "confluence": _Product(url=confluence),
        }
        self._changed = threading.Condition()
        self._number = 0
        self._stopped = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to deliver."""
        for product in self._products:
            thread = threading.Thread(
                target=self._work, args=(product,), name=f"sandbox-webhooks-{product}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Deliver nothing more; what waits is forgotten."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=25)

    def point_at(self, product: Product, url: str | None) -> None:
        """Send this product's webhooks to another address from now on."""
        with self._changed:
            self._products[product].url = url

    def sign_with(self, secret: str | None) -> None:
        """Sign with another secret from now on."""
        self._secret = secret

    def wants(self, product: Product) -> bool:
        """Whether anybody listens, so that a body is worth making."""
        return self._products[product].url is not None

    def send(self, product: Product, event: str, body: object, *, headers: Mapping[str, str] | None = None) -> None:
        """Put one webhook in the queue. The body is written to bytes now, so later changes do not show."""
        url = self._products[product].url
        if url is None:
            return
        switches = self.faults.switches
        if self.faults.happens(switches.webhook_drop):
            with self._changed:
                self.counts["dropped"] += 1
            return
        raw = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
        sent_headers = {**self._headers(raw), **(headers or {})}
        with self._changed:
            for _ in range(2 if self.faults.happens(switches.webhook_repeat) else 1):
                self._push(_Delivery(self._due(), 0, product, event, url, raw, dict(sent_headers)))
                self.counts["sent"] += 1
            self._changed.notify_all()

    def waiting(self, product: Product | None = None) -> int:
        """How many webhooks are in the queue or under way."""
        with self._changed:
            chosen = [self._products[product]] if product else list(self._products.values())
            return sum(len(one.queue) + one.under_way for one in chosen)

    def wait_until_quiet(self, timeout_s: float) -> bool:
        """Wait until nothing is in the queue or under way. False when that did not happen in time."""
        until = time.monotonic() + timeout_s
        with self._changed:
            while any(one.queue or one.under_way for one in self._products.values()):
                left_s = until - time.monotonic()
                if left_s <= 0 or self._stopped:
                    return False
                self._changed.wait(left_s)
            return True

    def told(self) -> dict[str, object]:
        """What waits, what was done, and where to."""
        by_product = {name: self.waiting(name) for name in self._products}
        with self._changed:
            return {
                "waiting": sum(by_product.values()),
                "waiting_by_product": by_product,
                "urls": {name: one.url for name, one in self._products.items()},
                **self.counts,
                "last": list(self.log)[-20:],
            }

    def _headers(self, raw: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": "Atlassian Webhook HTTP Client",
        }
        if self._is_cloud:
            headers["X-Atlassian-Webhook-Identifier"] = str(uuid.uuid4())
            headers["X-Atlassian-Webhook-Flow"] = "Primary"
        if self.trace:
            headers["X-Atlassian-Webhook-Trace"] = self.trace
        if self._secret is not None:
            headers["X-Hub-Signature"] = "sha256=" + hmac.new(self._secret.encode(), raw, hashlib.sha256).hexdigest()
        return headers

    def _due(self) -> float:
        switches = self.faults.switches
        due = time.monotonic()
        if switches.webhook_late_s:
            due += self.faults.between(0.0, switches.webhook_late_s)
        if self.faults.happens(switches.webhook_reorder):
            due += self.faults.between(0.05, 0.5)
        return due

    def _push(self, delivery: _Delivery) -> None:
        self._number += 1
        delivery.number = self._number
        heapq.heappush(self._products[delivery.product].queue, delivery)

    def _work(self, product: Product) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (delivery := self._next(product)) is not None:
                status = _post(session, delivery)
                with self._changed:
                    self._finish(delivery, status)
                    self._changed.notify_all()

    def _next(self, product: Product) -> _Delivery | None:
        mine = self._products[product]
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
                if mine.queue and mine.queue[0].due <= now:
                    mine.under_way += 1
                    return heapq.heappop(mine.queue)
                self._changed.wait(mine.queue[0].due - now if mine.queue else None)
        return None

    def _finish(self, delivery: _Delivery, status: int | None) -> None:
        self._products[delivery.product].under_way -= 1
        is_accepted = status is not None and 200 <= status < 300
        is_final = status is not None and status < 500 and status not in _AGAIN
        self.log.append(
            {
                "product": delivery.product,
                "event": delivery.event,
                "identifier": delivery.headers.get("X-Atlassian-Webhook-Identifier"),
                "attempt": delivery.attempt,
                "status": status,
            }
        )
        if is_accepted:
            self.counts["delivered"] += 1
        elif is_final or not self._is_cloud or delivery.attempt >= RETRIES:
            self.counts["failed"] += 1
        else:
            self._try_again(delivery)

    def _try_again(self, delivery: _Delivery) -> None:
        self.counts["retried"] += 1
        delivery.attempt += 1
        delivery.headers["X-Atlassian-Webhook-Retry"] = str(delivery.attempt)
        delivery.due = time.monotonic() + self.faults.switches.webhook_retry_s
        self._push(delivery)


def _post(session: requests.Session, delivery: _Delivery) -> int | None:
    try:
        with session.post(
            delivery.url, data=delivery.body, headers=delivery.headers, timeout=(5, 20), allow_redirects=False
        ) as answer:
            return answer.status_code
    except requests.RequestException:
        return None
