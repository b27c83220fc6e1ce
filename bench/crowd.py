"""A database as after years: accounts and log rows by the million, made by PostgreSQL itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

YEARS = 2 * 365 * 86400
"""Seconds before the newest row in which the others lie, evenly."""
CONFLICTS = 20_000
"""Conflicts in the queue; one in ten is open."""
CLIENTS = 200
GROUPS = 200
"""The first one holds two thirds of all people; the second and the third have a rule besides."""
MOBILE_APP = "wx5a4d000000000002"
OPEN_PLATFORM = "bench"

# $accounts, $rows, ... are numbers of ours, written into the text: generate_series is planned then.
_ACCOUNTS = """
INSERT INTO account (id, name, phone, phone_provenance, username, email, email_verified,
    merged_into, created_at, updated_at, version, profile_provenance)
SELECT 'a' || lpad(n::text, 21, '0'),
    (ARRAY['王','李','张','刘','陈','杨','赵','黄','周','吴','徐','孙','胡','朱','高','林','何',
        '郭','马','罗'])[1 + (n % 20)::int] || chr((19968 + n * 7919 % 3000)::int) || (n % 1000),
    CASE WHEN n % 5 > 0 THEN '+861' || (3000000000 + n) END,
    CASE WHEN n % 5 > 0 THEN 'wechat-quick' END,
    CASE WHEN n % 100 = 0 THEN 'user' || n END,
    CASE WHEN n % 100 = 0 THEN 'user' || n || '@example.com' END, false,
    CASE WHEN n % 50 = 49 THEN 'a' || lpad((n - 1)::text, 21, '0') END,
    {newest} - {years} + n * {years} / {accounts}, {newest}, 1, 'wechat'
FROM generate_series(1::bigint, {accounts}) AS n
"""
_KEYS = """
INSERT INTO external_key (namespace, value, account_id, connection_id, shared_namespace,
    shared_value, first_seen, last_seen)
SELECT 'wechat:openid:{app}', 'oOpenid' || lpad(n::text, 21, '0'), 'a' || lpad(n::text, 21, '0'),
    'wechat-bench', 'wechat:unionid:{platform}', 'oUnion' || lpad(n::text, 22, '0'),
    {newest}, {newest}
FROM generate_series(1::bigint, {accounts}) AS n WHERE n % 50 <> 49
UNION ALL
SELECT 'wechat:unionid:{platform}', 'oUnion' || lpad(n::text, 22, '0'),
    'a' || lpad(n::text, 21, '0'), 'wechat-bench', NULL, NULL, {newest}, {newest}
FROM generate_series(1::bigint, {accounts}) AS n WHERE n % 50 <> 49
"""
_EVENTS = """
INSERT INTO audit_event (time, kind, actor, subject, client_id, connection_id, rule, outcome,
    seconds, request_id)
SELECT {newest} - {years} + n * {years} / {events},
    CASE WHEN n % 100000 = 0 THEN 'admin.signed_in' WHEN n % 33 = 0 THEN 'sign_in.refused'
        ELSE 'sign_in.succeeded' END,
    'person:a' || lpad((1 + n * 7919 % {accounts})::text, 21, '0'),
    'a' || lpad((1 + n * 7919 % {accounts})::text, 21, '0'),
    CASE WHEN n % 1000 = 0 THEN 'bench-rare' ELSE 'bench-' || lpad((n % 7)::text, 3, '0') END,
    CASE WHEN n % 500000 = 1 THEN 'wechat-rare' ELSE 'wechat-bench' END, 'known_openid',
    CASE WHEN n % 33 = 0 AND n % 100000 > 0 THEN 'refused' WHEN n % 1000000 = 2 THEN 'asked'
        WHEN n % 20 = 0 THEN 'created' ELSE 'ok' END,
    CASE WHEN n % 33 > 0 THEN 5 + n * 7919 % 90 END, 'request-' || n
FROM generate_series(1::bigint, {events}) AS n
"""
_CONFLICTS = """
INSERT INTO account_conflict (id, kind, account_id, other_account_id, key_namespace, key_value,
    openid_namespace, openid_value, state, opened_at, last_seen)
SELECT 'c' || lpad(n::text, 21, '0'), 'unionid_conflict', 'a' || lpad(n::text, 21, '0'),
    'a' || lpad((n + 1)::text, 21, '0'), 'wechat:unionid:{platform}', 'oUnion' || n,
    'wechat:openid:{app}', 'oOpenid' || n,
    CASE WHEN n % 10 = 0 THEN 'open' WHEN n % 10 < 5 THEN 'resolved' ELSE 'dismissed' END,
    {newest} - {years} + n * {years} / {conflicts}, {newest}
FROM generate_series(1::bigint, {conflicts}) AS n
"""
_CLIENTS = """
INSERT INTO client
    (client_id, document, secrets, dynamic, disabled, created_at, updated_at, version)
SELECT 'bench-' || lpad(n::text, 3, '0'), document, '[]', false, false, {newest}, {newest}, 1
FROM client, generate_series(0, {clients} - 1) AS n WHERE client_id = 'bench-web'
"""
_ENABLED = """
INSERT INTO source_enablement (client_id, connection_id, enabled, position, allow_sign_up,
    updated_at, version)
SELECT 'bench-' || lpad(n::text, 3, '0'), 'wechat-bench', true, 0, true, {newest}, 1
FROM generate_series(0, {clients} - 1) AS n
"""
_GROUPS = """
INSERT INTO person_group (id, name, display, description, created_at, updated_at, version)
SELECT 'g' || lpad(n::text, 21, '0'), 'group-' || n, '', '', {newest}, {newest}, 1
FROM generate_series(0, {groups} - 1) AS n
"""
_MEMBERS = """
INSERT INTO group_member (group_id, account_id, origin, added_at)
SELECT 'g' || lpad((CASE WHEN n % 3 > 0 THEN 0 ELSE n % {groups} END)::text, 21, '0'),
    'a' || lpad(n::text, 21, '0'), 'hand', {newest} - {years} + n * {years} / {accounts}
FROM generate_series(1::bigint, {accounts}) AS n WHERE n % 50 <> 49
"""
_RULES = """
INSERT INTO group_rule (group_id, kind, value)
VALUES ('g' || lpad('1', 21, '0'), 'connection', 'wechat-bench'),
    ('g' || lpad('2', 21, '0'), 'email_domain', 'example.com')
"""
# Of ten grants nine have been refreshed, and one in twenty was taken back. Ids and `sid` are random
# as ours are, so that a new one belongs anywhere in their indexes.
_GRANTS = """
INSERT INTO "grant" (id, kind, client_id, subject, scope, redirect_uri, nonce, code_challenge,
    auth_time, amr, sid, connection, identity, created_at, code_used_at, refresh_generation,
    refreshed_at, revoked_at, expires_at)
SELECT translate(left(encode(decode(hash, 'hex'), 'base64'), 22), '+/', '-_'),
    'code', 'bench-' || lpad((n % {clients})::text, 3, '0'),
    'a' || lpad((1 + n * 7919 % {accounts})::text, 21, '0'), 'openid profile offline_access',
    'https://bench.example/callback', hash, left(hash || hash, 43), at, 'wechat',
    translate(left(encode(decode(md5('s' || n / 3), 'hex'), 'base64'), 22), '+/', '-_'),
    'wechat-bench', hash, at, at, (n % 10)::int, CASE WHEN n % 10 > 0 THEN {newest} - n % 86400 END,
    CASE WHEN n % 20 = 7 THEN {newest} - n % 86400 END, {newest} + 86400 + n % 2592000
FROM (
    SELECT n, md5(n::text) AS hash, {newest} - {years} + n * {years} / {grants} AS at
    FROM generate_series({first}::bigint, {last}) AS n OFFSET 0
) AS made
"""
# Every second person is signed in somewhere, everybody has allowed two applications something; of
# what may be presented once, of requests and of tickets there is what comes in some hours.
_SESSIONS = """
INSERT INTO browser_session (id_hash, account_id, sid, auth_time, amr, connection_id, created_at,
    last_seen, expires_at)
SELECT md5('b' || n) || md5('d' || n), 'a' || lpad(n::text, 21, '0'), left(md5('e' || n), 22),
    {newest} - n % 604800, 'wechat', 'wechat-bench', {newest} - n % 604800, {newest} - n % 86400,
    {newest} + 1209600 - n % 604800
FROM generate_series(1::bigint, {accounts}, 2) AS n
"""
_CONSENTS = """
INSERT INTO consent (subject, client_id, scope, claims, given_at)
SELECT 'a' || lpad(n::text, 21, '0'),
    'bench-' || lpad(((n + k * 17) % {clients})::text, 3, '0'), 'openid profile', '[]', {newest}
FROM generate_series(1::bigint, {accounts}) AS n, generate_series(0, 1) AS k
"""
_REPLAYS = """
INSERT INTO replay (digest, expires_at)
SELECT md5('p' || n) || md5('q' || n), {newest} + n % 600
FROM generate_series(1::bigint, {accounts}) AS n
"""
_REQUESTS = """
INSERT INTO interaction (id, kind, client_id, asked, host_state, chosen, consented, generation,
    rotated_at, created_at, expires_at, used_at)
SELECT left(md5('r' || n), 22), 'authorize', 'bench-' || lpad((n % {clients})::text, 3, '0'),
    '{{"scope": ["openid", "profile"], "state": "' || md5(n::text) || '"}}', '{{}}', false, false,
    0, 0, {newest} - n % 3600, {newest} - n % 3600 + 600, CASE WHEN n % 10 > 0 THEN {newest} END
FROM generate_series(1::bigint, {accounts}) AS n
"""
_TICKETS = """
INSERT INTO ticket (id, scene_hash, purpose, connection_id, binding, description, state,
    created_at, expires_at)
SELECT left(md5('t' || n), 22), md5('u' || n) || md5('v' || n), 'app', 'wechat-bench',
    md5('w' || n), '{{"client": "Bench", "asked": "' || md5(n::text) || '"}}',
    CASE WHEN n % 10 > 0 THEN 'used' ELSE 'pending' END, {newest} - n % 3600,
    {newest} - n % 3600 + 300
FROM generate_series(1::bigint, {accounts}) AS n
"""
_FILLED = re.compile(r'INSERT INTO "?(\w+)')
_TABLES = "t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace"
_CONSTRAINTS = f"""
SELECT t.relname, c.conname, pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype IN ('p', 'u') AND {_TABLES}
"""
_INDEXES = f"""
SELECT c.relname, pg_get_indexdef(c.oid)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
WHERE {_TABLES} AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = c.oid)
"""
_FILLING = (
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '1GB'",
    "SET max_parallel_maintenance_workers = 2",
)
_STATEMENTS = (
    _CLIENTS,
    _ENABLED,
    _ACCOUNTS,
    _KEYS,
    _EVENTS,
    _CONFLICTS,
    _GROUPS,
    _MEMBERS,
    _RULES,
)


def grow(url: str, accounts: int, grants: int, newest: int, *, passing: bool = False) -> None:
    """Fills a migrated and seeded database with people and what they have granted.

    :param newest: seconds since the epoch of the newest row.
    :param passing: also with what a server counts or clears away, which takes it minutes of work
        beside its requests: the log, tickets, requests that wait, marks.
    """
    people = (_CLIENTS, _ENABLED, _ACCOUNTS, _KEYS, _SESSIONS, _CONSENTS)
    others = (_REPLAYS, _REQUESTS, _TICKETS, _EVENTS) if passing else ()
    statements = (*people, *others, _GRANTS)
    _run(url, statements, newest, accounts=accounts, events=accounts, grants=grants)


def fill(url: str, accounts: int, events: int, newest: int) -> None:
    """Fills a migrated and seeded database (see `bench.seed`) and lets PostgreSQL count it.

    :param newest: seconds since the epoch of the newest row.
    """
    _run(url, _STATEMENTS, newest, accounts=accounts, events=events)


def _run(url: str, statements: Sequence[str], newest: int, **counts: int) -> None:
    numbers = {
        **counts,
        "newest": newest,
        "years": YEARS,
        "conflicts": CONFLICTS,
        "clients": CLIENTS,
        "groups": GROUPS,
        "app": MOBILE_APP,
        "platform": OPEN_PLATFORM,
    }
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in _FILLING:
            connection.execute(setting)
        with _keys_put_aside(connection, statements):
            for statement in statements:
                _make(url, statement, numbers)
        connection.execute("VACUUM ANALYZE")


def _make(url: str, statement: str, numbers: Mapping[str, Any]) -> None:
    """Runs a statement; one that makes rows from ``{first}`` to ``{last}``, by halves at once: one
    backend uses one processor."""
    if "{first}" not in statement:
        halves = [numbers]
    else:
        middle = numbers["grants"] // 2
        parts = ((1, middle), (middle + 1, numbers["grants"]))
        halves = [{**numbers, "first": first, "last": last} for first, last in parts]

    def run(half: Mapping[str, Any]) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.format(**half).encode())

    with ThreadPoolExecutor(len(halves)) as pool:
        list(pool.map(run, halves))


@contextmanager
def _keys_put_aside(connection: psycopg.Connection, statements: Sequence[str]) -> Iterator[None]:
    """Takes keys and indexes of the tables that are filled away, and makes them again just as they
    were: one that is made of what is there is sorted once, one that grows by rows in no order is
    read and written all over.
    """
    tables = sorted({match[1] for text in statements if (match := _FILLED.search(text))})
    constraints = connection.execute(_CONSTRAINTS, (tables,)).fetchall()
    indexes = connection.execute(_INDEXES, (tables,)).fetchall()
    for table, name, _ in constraints:
        text = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        connection.execute(text.format(sql.Identifier(table), sql.Identifier(name)))
    for name, _ in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for table, name, definition in constraints:
        text = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
        made = sql.SQL(definition)
        connection.execute(text.format(sql.Identifier(table), sql.Identifier(name), made))
    for _, definition in indexes:
        connection.execute(definition.encode())
