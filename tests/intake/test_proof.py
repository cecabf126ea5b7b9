import pytest
from sqlalchemy import Engine

from connector.settings import DoorMethod
from tests.intake.doorway import NEW, OLD, basic, doorway, issue_updated, signed

BODY = issue_updated()
BOTH = (OLD, NEW)


def status(
    engine: Engine,
    headers: dict[str, str],
    *,
    method: DoorMethod = "hmac",
    secrets: tuple[str, ...] = (NEW,),
    path: str = "/hooks/jira",
) -> int:
    with doorway(engine, method=method, secrets=secrets) as client:
        return client.post(path, data=BODY, headers=headers).status_code


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_the_algorithm_is_the_one_that_the_header_names(engine: Engine, algorithm: str) -> None:
    assert status(engine, signed(BODY, algorithm=algorithm)) == 202


@pytest.mark.parametrize("algorithm", ["md5", "sha1"])
def test_a_weak_algorithm_is_not_believed(engine: Engine, algorithm: str) -> None:
    assert status(engine, signed(BODY, algorithm=algorithm)) == 401


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("", id="empty"),
        pytest.param("sha256=", id="no-digest"),
        pytest.param(signed(BODY)["X-Hub-Signature"].partition("=")[2], id="no-algorithm"),
        pytest.param("none=" + "0" * 64, id="unknown-algorithm"),
        pytest.param("sha256=" + "0" * 64, id="wrong-digest"),
        pytest.param(signed(BODY)["X-Hub-Signature"][:-1], id="cut-short"),
        pytest.param(signed(BODY + b" ")["X-Hub-Signature"], id="of-another-body"),
        pytest.param(signed(BODY, OLD)["X-Hub-Signature"], id="of-another-secret"),
        pytest.param("sha256=ünïcode", id="no-ascii"),
    ],
)
def test_a_wrong_signature_is_refused(engine: Engine, signature: str) -> None:
    assert status(engine, {"X-Hub-Signature": signature}) == 401


def test_a_missing_signature_is_refused_with_what_is_expected(engine: Engine) -> None:
    with doorway(engine) as client:
        answer = client.post("/hooks/jira", data=BODY)

    assert (answer.status_code, answer.json) == (
        401,
        {
            "error": {
                "code": "not proven",
                "found": "the delivery is not signed with a secret of this door",
                "expected": "X-Hub-Signature: sha256=<HMAC of the raw body with the webhook's secret>",
            }
        },
    )


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_both_secrets_are_valid_while_one_replaces_the_other(engine: Engine, secret: str) -> None:
    ways: list[tuple[DoorMethod, str, dict[str, str]]] = [
        ("hmac", "/hooks/jira", signed(BODY, secret)),
        ("header", "/hooks/jira", {"X-Webhook-Token": secret}),
        ("basic", "/hooks/jira", basic("jira", secret)),
        ("path", f"/hooks/jira/{secret}", {}),
    ]

    found = [status(engine, headers, method=method, secrets=BOTH, path=path) for method, path, headers in ways]

    assert found == [202, 200, 200, 200]


@pytest.mark.parametrize("method", ["hmac", "header", "basic", "path"])
def test_a_door_without_a_secret_believes_nobody(engine: Engine, method: DoorMethod) -> None:
    ways: list[tuple[str, dict[str, str]]] = [
        ("/hooks/jira", signed(BODY, "")),
        ("/hooks/jira", {"X-Webhook-Token": ""}),
        ("/hooks/jira", basic("", "")),
        ("/hooks/jira", {}),
    ]

    found = {status(engine, headers, method=method, secrets=(), path=path) for path, headers in ways}

    assert found == {401}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"X-Webhook-Token": NEW}, 202, id="header"),
        pytest.param({"Authorization": f"Bearer {NEW}"}, 202, id="bearer"),
        pytest.param({"X-Webhook-Token": OLD}, 401, id="wrong"),
        pytest.param({"Authorization": f"Bearer {OLD}"}, 401, id="wrong-bearer"),
        pytest.param({"Authorization": f"Basic {NEW}"}, 401, id="wrong-scheme"),
        pytest.param({"X-Webhook-Token": "ü"}, 401, id="no-ascii"),
        pytest.param({}, 401, id="missing"),
        pytest.param(signed(BODY), 401, id="another-method"),
    ],
)
def test_a_product_that_cannot_sign_may_send_a_token(engine: Engine, headers: dict[str, str], expected: int) -> None:
    assert status(engine, headers, method="header") == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(basic("anybody", NEW), 202, id="password"),
        pytest.param(basic("", NEW), 202, id="no-user"),
        pytest.param(basic("anybody", OLD), 401, id="wrong"),
        pytest.param({"Authorization": "Basic ???"}, 401, id="no-base64"),
        pytest.param({"Authorization": "Basic /////w=="}, 401, id="no-utf8"),
        pytest.param({}, 401, id="missing"),
        pytest.param(signed(BODY), 401, id="another-method"),
    ],
)
def test_a_product_that_cannot_sign_may_send_a_password(engine: Engine, headers: dict[str, str], expected: int) -> None:
    assert status(engine, headers, method="basic") == expected


def test_a_secret_with_a_colon_is_a_user_and_a_password(engine: Engine) -> None:
    found = [
        status(engine, basic(user, "word"), method="basic", secrets=("jira:word",)) for user in ("jira", "confluence")
    ]

    assert found == [202, 401]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(f"/hooks/jira/{NEW}", 202, id="right"),
        pytest.param(f"/sites/main/hooks/jira/{NEW}", 202, id="of-a-site"),
        pytest.param(f"/hooks/jira/{NEW}/issue.updated", 202, id="then-the-event"),
        pytest.param(f"/hooks/jira/{OLD}", 401, id="wrong"),
        pytest.param("/hooks/jira/%C3%BC", 401, id="no-ascii"),
        pytest.param("/hooks/jira", 401, id="missing"),
    ],
)
def test_a_product_that_can_only_be_given_an_address_may_hold_the_secret_in_it(
    engine: Engine, path: str, expected: int
) -> None:
    assert status(engine, {}, method="path", path=path) == expected


def test_a_stranger_does_not_learn_whether_the_body_would_have_been_taken(engine: Engine) -> None:
    with doorway(engine) as client:
        answers = [client.post("/hooks/jira", data=body) for body in (BODY, b"not json", b"[" * 100_000)]

    assert {answer.status_code for answer in answers} == {401}
