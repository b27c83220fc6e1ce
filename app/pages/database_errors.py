"""What is answered when the database or a turn to hash a password is not to be had, and when a
request fails unforeseen.

Nothing is half done: a request commits once, and what was not committed is rolled back. How long a
request waits for its database, and how a connection that a restart has ended is noticed, stands in
`app.database_patience`.
"""

import logging

from flask import Flask, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.accounts.passwords import HashingBusy
from app.database import db
from app.failures import is_away, is_contention
from app.pages.errors import failure
from app.web.client_address import request_id

log = logging.getLogger(__name__)

AWAY = 5
"""Seconds after which to ask again when the database could not be reached."""
CONTENDED = 1
"""Seconds after which to ask again when two transactions stood in each other's way."""


def setup_faults(app: Flask) -> None:
    """Answers failures of the database with 503 and Retry-After."""
    app.register_error_handler(DBAPIError, _database_failed)
    app.register_error_handler(PoolTimeout, _pool_exhausted)
    app.register_error_handler(HashingBusy, _hashing_busy)


def _database_failed(error: DBAPIError) -> Response:
    db.session.rollback()
    if is_contention(error):
        # The request is not repeated here: what it did outside the database cannot be taken back.
        log.warning("request %s lost against another transaction", request_id())
        return _later(CONTENDED)
    if is_away(error):
        log.error("request %s: the database cannot be used: %s", request_id(), error.orig)
        return _later(AWAY)
    log.error("request %s failed in the database", request_id(), exc_info=error)
    return failure("server_error", 500)


def _pool_exhausted(error: PoolTimeout) -> Response:
    db.session.rollback()
    log.error("request %s: no database connection became free: %s", request_id(), error)
    return _later(CONTENDED)


def _hashing_busy(_: HashingBusy) -> Response:
    db.session.rollback()
    log.error("request %s: too many passwords are being checked", request_id())
    return _later(AWAY)


def _later(seconds: int) -> Response:
    response = failure("service_unavailable", 503)
    response.headers["Retry-After"] = str(seconds)
    return response
