"""GET /health/live and /health/ready: what probes ask. A stranger learns one word."""

from flask import Blueprint, Flask, Response, current_app, jsonify

from app.health.readiness import Watch

health = Blueprint("health", __name__, url_prefix="/health")
WATCH = "health"


@health.get("/live")
def live() -> Response:
    """Whether the process answers; nothing else is looked at."""
    return _word("live", 200)


@health.get("/ready")
def ready() -> Response:
    """Whether the node can answer: database, tables at this version or later, signing keys."""
    watch: Watch = current_app.extensions[WATCH]
    return _word("ready", 200) if watch.look().is_ready else _word("unavailable", 503)


def _word(status: str, code: int) -> Response:
    answer = jsonify(status=status)
    answer.status_code = code
    answer.headers["Cache-Control"] = "no-store"
    return answer


def setup_health(app: Flask) -> None:
    app.register_blueprint(health)
