"""Importing people: every refusal, idempotence, and meeting those who sign in."""

import io
import json
from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.accounts.identification.outcomes import SignedIn, SignInRefused
from app.accounts.identification.sign_in import sign_in
from app.accounts.imports.batches import foresee_batch, import_batch, import_people
from app.accounts.imports.columns import guess
from app.accounts.imports.decoding import text_of
from app.accounts.imports.foreseen import Foreseen
from app.accounts.imports.outcomes import Progress
from app.accounts.imports.rows import (
    REASONS,
    Meaning,
    Record,
    Refusal,
    Row,
    UnreadableFile,
    read_records,
    read_rows,
    row_of,
)
from app.accounts.records import listing
from app.audit import trail
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from tests.app.accounts.identification.test_parallel_sign_in import at_once
from tests.app.accounts.statements import recorded
from tests.app.accounts.wechat import MINI, MOBILE, PHONE, connection, identity, mobile
from tests.conftest import TestClock

HEADER = "phone,unionid,openid@appid,name\n"


def load(session: Session, clock: TestClock, lines: Iterable[str], **options: int) -> Progress:
    rows = read_rows(lines, open_platform="acme")
    last = Progress()
    refused: list[Refusal] = []
    for last in import_people(session, clock, rows, actor="admin:cli", **options):
        refused += last.refused
    return Progress(*(getattr(last, name) for name in COUNTS), refused=tuple(refused))


COUNTS = ("rows", "created", "updated", "unchanged", "refusals")


def counts(progress: Progress) -> tuple[int, ...]:
    return tuple(getattr(progress, name) for name in COUNTS)


def csv(*rows: str) -> list[str]:
    return [HEADER, *(row + "\n" for row in rows)]


def test_csv_and_json_lines_give_the_same_people() -> None:
    row = {"phone": "13800138000", "unionid": "u", "openid@appid": f"o1@{MINI}", "name": "小明"}

    [from_csv] = read_rows(csv(",".join(row.values())), open_platform="acme")
    [from_json] = read_rows([json.dumps(row) + "\n"], open_platform="acme")

    assert isinstance(from_csv, Row)
    assert from_csv.keys == (("wechat:unionid:acme", "u"), (f"wechat:openid:{MINI}", "o1"))
    assert (from_csv.phone, from_csv.name) == (PHONE, "小明")
    assert isinstance(from_json, Row)
    assert from_json.keys == from_csv.keys
    assert from_json.phone == from_csv.phone


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,,Ming", "nothing_known"),
        ("12345,,,", "bad_phone"),
        ("abc,,,", "bad_phone"),
        (",,o1,", "bad_openid"),
        (",,o1@wx123,", "bad_openid"),
        (f",,@{MINI},", "bad_openid"),
        (",u u,,", "bad_unionid"),
        (f",{'u' * 129},,", "bad_unionid"),
        (f"13800138000,,,{'x' * 201}", "bad_name"),
        ("13800138000,,,Ming,more", "too_many_columns"),
        ("12345,u u,o1,", "bad_openid bad_unionid bad_phone"),
        (f"12345,,,{'x' * 201}", "bad_phone bad_name"),
    ],
)
def test_bad_row_is_refused_with_its_line_and_reason(row: str, reason: str) -> None:
    [_, refused] = read_rows(csv("13900139000,,,", row), open_platform="acme")

    assert refused == Refusal(3, reason)
    assert refused.sentence


def test_row_with_two_faulty_fields_names_both() -> None:
    row = json.dumps({"phone": "12345", "email": "nobody"})

    [refused] = read_rows([row + "\n"])

    assert refused == Refusal(1, "bad_phone bad_email")
    assert refused.sentence == f"{REASONS['bad_phone']} {REASONS['bad_email']}"


@pytest.mark.parametrize("line", ["{", "[1]", '{"shoe":"41"}', "nonsense", '{"a":' + "[" * 5000])
def test_line_that_is_no_known_json_object_is_refused(line: str) -> None:
    lines = ['{"phone":"13800138000"}\n', line + "\n"]

    [_, refused] = read_rows(lines)

    assert refused == Refusal(2, "not_json")


def test_unionid_needs_the_name_of_its_open_platform_account() -> None:
    [refused] = read_rows(csv(",u,,"))

    assert refused == Refusal(2, "no_open_platform")


@pytest.mark.parametrize("header", ["phone,shoe\n", "13800138000\n", ""])
def test_file_with_an_unknown_column_is_not_imported(header: str) -> None:
    with pytest.raises(UnreadableFile):
        list(read_rows([header, "13800138000,x\n"]))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13800138000", PHONE),
        ("138 0013 8000", PHONE),
        ("+86 138-0013-8000", PHONE),
        ("+1 202-456-1111", "+12024561111"),
    ],
)
def test_phone_numbers_are_stored_in_e164(text: str, number: str) -> None:
    [row] = read_rows(csv(f"{text},,,"))

    assert isinstance(row, Row)
    assert row.phone == number


def test_import_twice_changes_nothing_the_second_time(session: Session, clock: TestClock) -> None:
    lines = csv(
        f"13800138000,u1,o1@{MINI},Ming",
        "13900139000,,,Hong",
        f",,o3@{MINI};o3@{MOBILE},Li",
    )

    first = load(session, clock, lines)
    second = load(session, clock, lines)

    assert counts(first) == (3, 3, 0, 0, 0)
    assert counts(second) == (3, 0, 0, 3, 0)
    assert session.scalar(select(func.count()).select_from(ACCOUNT)) == 3
    assert session.scalar(select(func.count()).select_from(EXTERNAL_KEY)) == 4


def test_same_person_twice_in_one_file_is_one_account(session: Session, clock: TestClock) -> None:
    progress = load(session, clock, csv(",u1,,", f",u1,o1@{MINI},", f",,o1@{MINI},Ming"), batch=2)

    assert counts(progress) == (3, 1, 2, 0, 0)


def test_later_row_completes_the_account_that_its_phone_names(
    session: Session, clock: TestClock
) -> None:
    load(session, clock, csv("13800138000,,,Ming"))

    progress = load(session, clock, csv("13800138000,u1,,"))

    assert counts(progress) == (1, 0, 1, 0, 0)
    assert sign_in(session, identity("o1", unionid="u1"), connection(), clock) == SignedIn(
        session.scalar(select(ACCOUNT.c.id)) or "", "known_unionid"
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f",u1,o2@{MINI},", "several_accounts"),
        ("13800138000,,,", "phone_shared"),
        (f"13900139000,,o9@{MINI},", "phone_of_other"),
    ],
)
def test_row_that_would_need_a_guess_is_refused(
    session: Session, clock: TestClock, row: str, reason: str
) -> None:
    load(
        session,
        clock,
        csv(f"13800138000,u1,o1@{MINI},", f"13900139000,,o2@{MINI},", f",,o3@{MINI},"),
    )
    sign_in(session, identity("o3", phone=PHONE), connection(), clock)

    progress = load(session, clock, csv(row))

    assert progress.refused == (Refusal(2, reason),)
    assert reason in REASONS


def test_imported_phone_lets_its_owner_in_where_nobody_may_sign_up(
    session: Session, clock: TestClock
) -> None:
    load(session, clock, csv("13800138000,,,Ming"))
    closed = connection(association="phone", login_only=True)

    invited = sign_in(session, identity("o1", phone=PHONE), closed, clock)
    stranger = sign_in(session, identity("o2", phone="+8613900139000"), closed, clock)

    assert isinstance(invited, SignedIn)
    assert invited.rule == "phone_match"
    assert stranger == SignInRefused("login_only")


def test_imported_phone_counts_as_verified_only_after_wechat_says_so(
    session: Session, clock: TestClock
) -> None:
    load(session, clock, csv("13800138000,,,Ming"))
    [before] = listing.page(session, listing.Wanted()).people

    sign_in(session, identity("o1", phone=PHONE), mobile(association="phone"), clock)

    [after] = listing.page(session, listing.Wanted()).people
    assert before.phone_verified_at is None
    assert after.phone_verified_at is not None
    assert after.phone_provenance == "wechat-quick"


def test_dry_run_leaves_nothing(session: Session, clock: TestClock) -> None:
    created = 0
    for progress in import_people(
        session, clock, read_rows(csv("13800138000,,,")), actor="admin:cli"
    ):
        created = progress.created
        session.rollback()

    assert created == 1
    assert session.scalar(select(func.count()).select_from(ACCOUNT)) == 0


def test_batch_takes_a_fixed_number_of_statements(
    engine: Engine, session: Session, clock: TestClock
) -> None:
    rows = [f"{13800000000 + n},u{n},o{n}@{MINI}," for n in range(200)]

    with recorded(engine) as statements:
        load(session, clock, csv(*rows))

    assert len(statements) <= 12, statements


def test_import_is_written_down_once(session: Session, clock: TestClock) -> None:
    load(session, clock, csv("13800138000,,,", "13900139000,,,"), batch=1)

    [event] = trail.page(session, trail.Filter(kind="accounts.imported"))

    assert event.detail == {"rows": 2, "created": 2, "updated": 0}


def test_import_and_sign_ins_of_the_same_people_at_once_make_one_account_each(
    engine: Engine, clock: TestClock
) -> None:
    everybody = 40
    rows = csv(*(f",u{n},o{n}@{MINI}," for n in range(everybody)))

    def importing(session: Session) -> str:
        people = read_rows(rows, open_platform="acme")
        for _ in import_people(session, clock, people, actor="admin:cli", batch=10):
            session.commit()
        return "imported"

    def entering(session: Session, first: int) -> str:
        """A request that InnoDB picks as a deadlock's victim is sent again, as browsers do."""
        for n in range(first, everybody, 4):
            for _ in range(5):
                try:
                    sign_in(session, identity(f"o{n}", unionid=f"u{n}"), connection(), clock)
                    session.commit()
                    break
                except OperationalError:
                    session.rollback()
        return "entered"

    at_once(
        engine,
        [importing, *(lambda session, first=n: entering(session, first) for n in range(4))],
    )

    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(ACCOUNT)) == everybody
        assert session.scalar(select(func.count()).select_from(EXTERNAL_KEY)) == 2 * everybody


def test_second_row_with_another_name_is_told_and_not_lost(
    session: Session, clock: TestClock
) -> None:
    """Neither where the file makes the account, nor where it only gives it its name."""
    load(session, clock, csv("13900139000,,,"))
    clock.advance(1)
    lines = csv(
        *("13800138000,,,Ming", "13800138000,,,Hong", f"13800138000,,o1@{MINI},Ming"),
        *("13900139000,,,Li", "13900139000,,,Wang"),
    )

    rows = read_rows(lines)
    [done] = import_people(session, clock, rows, actor="admin:cli")
    clock.advance(1)
    [again] = import_people(session, clock, read_rows(lines), actor="admin:cli")

    assert [(one.what, one.reason) for one in done.outcomes] == [
        ("created", ""),
        ("conflict", "twice"),
        ("updated", ""),
        ("updated", ""),
        ("conflict", "twice"),
    ]
    assert [(one.what, one.reason) for one in again.outcomes] == [
        ("unchanged", ""),
        ("unchanged", "kept"),
        ("unchanged", ""),
        ("unchanged", ""),
        ("unchanged", "kept"),
    ]


def test_preview_says_what_the_import_then_does(session: Session, clock: TestClock) -> None:
    """Also of rows that speak of somebody whom an earlier batch makes."""
    load(session, clock, csv("13900139000,,,Old"))
    lines = csv(
        *("13800138000,u1,,Ming", f"13800138000,,o1@{MINI},", ",u1,,Hong", "13900139000,,,Older"),
        *(f",u2,o1@{MINI},", f",u1,o2@{MINI},", "12,,,", "13700137000,,,A", ",u1,,Ming"),
    )
    rows = list(read_rows(lines, open_platform="acme"))
    clock.advance(1)
    begun, earlier = clock(), Foreseen()

    seen = [outcome for row in rows for outcome in foresee_batch(session, [row], begun, earlier)]
    done = [outcome for row in rows for outcome in import_batch(session, clock, [row], begun)]
    earlier.close()

    assert [(one.what, one.reason) for one in seen] == [(one.what, one.reason) for one in done]
    assert {one.what for one in done} == {
        *("created", "updated", "unchanged", "conflict", "refused"),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_file_is_read_in_the_encoding_that_it_has(encoding: str) -> None:
    lines = "姓名;手机号;备注\r\n李雷;13800138000;甲\r\n'=1+1;13900139000;\r\n"

    text = text_of(io.BytesIO(lines.encode(encoding)))
    columns, records = read_records(text)
    found = [row_of(record, guess(columns), Meaning()) for record in records]

    assert columns == ["姓名", "手机号", "备注"]
    assert [(row.line, row.name) for row in found if isinstance(row, Row)] == [
        (2, "李雷"),
        (3, "=1+1"),
    ]


@pytest.mark.parametrize("bad", [b"\xc0\xee", b"a\x81\x41b", b"\xff\xfe"])
def test_row_in_another_encoding_leaves_the_names_of_all_others_as_they_are(bad: bytes) -> None:
    """Chinese names of two characters are six bytes in UTF-8, which are three of GB18030."""
    good = HEADER + "".join(f"138001380{n:02},,,李雷\n" for n in range(20))

    text = text_of(io.BytesIO(good.encode() + b"13900139000,,," + bad + b"\n"))
    *others, last = read_rows(text)

    assert {row.name for row in others if isinstance(row, Row)} == {"李雷"}
    assert last == Refusal(22, "bad_encoding")


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"\xff", "李".encode()])
def test_broken_row_of_a_file_in_gb18030_leaves_the_names_of_all_others_as_they_are(
    bad: bytes,
) -> None:
    good = "手机号,姓名\n" + "".join(f"138001380{n:02},李雷\n" for n in range(60))

    text = text_of(io.BytesIO(good.encode("gb18030") + b"13900139000," + bad + b"\n"))
    columns, records = read_records(text)
    *others, last = map(_person(columns), records)

    assert columns == ["手机号", "姓名"]
    assert {row.name for row in others if isinstance(row, Row)} == {"李雷"}
    assert last == Refusal(62, "bad_encoding")


def test_latin_names_are_no_chinese() -> None:
    """Half of their letters would be Chinese characters in GB18030."""
    lines = "phone,name\n" + "".join(f"138001380{n:02},José Müller é\n" for n in range(60))

    columns, records = read_records(text_of(io.BytesIO(lines.encode("latin-1"))))

    found = list(map(_person(columns), records))
    assert {getattr(one, "reason", "") for one in found} == {"bad_encoding"}


def test_fault_costs_its_own_row_and_no_other() -> None:
    text = (
        'phone,name\n13800138001,"Li\nLei"\n13800138002,"open\n13800138003,ok\n'
        '13800138004,"bad"quote\n\n13800138005,a,b\n13800138006,caf\xe9\n'
        + f"13800138007,{'x' * 70_000}\n13800138008,ok,\n1380013"
    ).encode("latin-1")

    columns, records = read_records(text_of(io.BytesIO(text), "utf-8"))
    found = {one.line: getattr(one, "reason", "") for one in map(_person(columns), records)}

    assert found == {
        **{2: "bad_name", 4: "open_quote", 5: "", 6: "bad_quote", 8: "too_many_columns"},
        **{9: "bad_encoding", 10: "too_long", 11: "", 12: "cut_short"},
    }


def test_array_of_json_is_read_element_by_element() -> None:
    whole = '[{"phone": 13800138000, "name": "李"},\n {"phone": }, {"phone": "13900139000"}, 5,'
    cut = whole + ' {"phone": "138'

    columns, records = read_records(io.StringIO(cut))
    read = list(records)
    found = [row_of(record, None, Meaning()) for record in read]

    assert columns == []
    assert [getattr(one, "reason", "") for one in found] == [
        *("", "not_json", "", "not_json", "cut_short"),
    ]
    assert [one.members.get("") for one in read if one.reason] == [
        *('{"phone": }', "5", '{"phone": "138'),
    ]


def _person(columns: list[str]) -> Callable[[Record], Row | Refusal]:
    return lambda record: row_of(record, guess(columns), Meaning())
