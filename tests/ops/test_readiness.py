"""What load balancers and Prometheus ask."""

from dataclasses import replace

import pytest

from tests.servers import valkey
from webapp import create_app, db
from webapp.ops import heartbeat


@pytest.fixture
def ask(config):
    """An installation with a Redis and a metrics token; asked by a path."""
    with valkey.server(config) as one:
        client = create_app(replace(one.config, metrics_token="bearer-canary")).test_client()
        yield lambda path, **headers: client.get(path, headers=headers), one
        db.dispose()


def test_alive_says_nothing_of_others(ask):
    get, _redis = ask
    assert get("/healthz").status_code == 200


def test_ready_needs_database_redis_clock_and_relay(ask):
    get, redis = ask
    answer = get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": True, "redis": True, "clock": False, "relay": False}
    heartbeat.beat("clock")
    heartbeat.beat("relay")
    assert get("/readyz").status_code == 200
    redis.kill()
    answer = get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": True, "redis": False, "clock": True, "relay": True}


def test_metrics_are_for_who_has_the_token(ask):
    get, _redis = ask
    assert get("/metrics").status_code == 404
    assert get("/metrics", Authorization="Bearer wrong").status_code == 404
    assert get("/metrics", Authorization="bearer-canarx").status_code == 404


def test_metrics_count_what_is_there(app, cast, config):
    client = create_app(replace(config, metrics_token="bearer-canary")).test_client()
    text = client.get("/metrics", headers={"Authorization": "Bearer bearer-canary"}).text
    assert '\nnod_pending_events{step="new"} ' in text
    assert "# TYPE nod_deliveries gauge" in text


def test_metrics_do_not_exist_without_a_token(app):
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
