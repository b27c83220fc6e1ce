"""The statement report counts per operation and keeps only what tells statements apart."""

from bench.statements import Request, shortened, told

SELECT = 'SELECT "grant".id, "grant".scope \nFROM "grant" \nWHERE "grant".id = %(id_1)s::VARCHAR'


def test_statement_is_told_without_columns_and_parameter_names() -> None:
    insert = "INSERT INTO t (a, b) VALUES (%(a)s, %(b)s)"

    assert shortened(SELECT) == 'SELECT … FROM "grant" WHERE "grant".id = ?'
    assert shortened(insert) == "INSERT INTO t … VALUES (?, ?)"


def test_counts_are_per_operation() -> None:
    token = Request("POST /token", ((SELECT, 100.0), (SELECT, 300.0)), 1, 0, 500.0)
    userinfo = Request("GET /userinfo", ((SELECT, 200.0),), 0, 1, 250.0)

    report = told("round", 2, [token, token, userinfo, userinfo])

    assert report.splitlines() == [
        "round: 3.00 statements, 1.00 commits, 1.00 rollbacks an operation (2 operations)",
        "  POST /token  500 µs of processor time, 400 µs in SQL with waiting",
        '    2.00 ×   200 µs  SELECT … FROM "grant" WHERE "grant".id = ?',
        "  GET /userinfo  250 µs of processor time, 200 µs in SQL with waiting",
        '    1.00 ×   200 µs  SELECT … FROM "grant" WHERE "grant".id = ?',
    ]
