"""An earlier build is compared with today's in each turn, so that a machine's moods cancel out."""

from pathlib import Path

import pytest

from bench.against import ratio, told
from bench.arguments import parsed
from bench.checkout import CheckoutFailed, environment, exported
from bench.database import create_file
from bench.measure import Cost


def cost(microseconds: float, *, database: float = 0, operations: int = 100) -> Cost:
    """A slice with this much of the server's time an operation."""
    server, own = microseconds * operations / 1e6, database * operations / 1e6
    return Cost(operations, 1.0, (0.01,), server, own, 0.1, ())


def test_ratio_is_the_median_over_turns_and_not_over_the_run() -> None:
    """The machine is four times slower in the last turn; both builds feel it alike."""
    earlier = [cost(1100), cost(1100), cost(4400)]
    now = [cost(1000), cost(1000), cost(4000)]

    found = ratio("round", earlier, now)

    assert found is not None
    assert found.server == pytest.approx(1.1)
    assert found.spread == (pytest.approx(1.1), pytest.approx(1.1))
    assert (found.earlier_us, found.now_us) == (pytest.approx(1100), pytest.approx(1000))


def test_time_of_the_database_counts_where_it_is_a_process_of_its_own() -> None:
    found = ratio("round", [cost(1000, database=1000)], [cost(1000, database=600)])

    assert found is not None
    assert found.server == pytest.approx(1)
    assert found.with_database == pytest.approx(1.25)


def test_turn_in_which_one_did_nothing_does_not_count() -> None:
    idle = cost(0, operations=0)

    found = ratio("round", [idle, cost(1000)], [cost(500), cost(500)])

    assert found is not None
    assert found.server == pytest.approx(2)
    assert ratio("round", [idle], [cost(500)]) is None


def test_table_names_the_earlier_build_and_each_scenario() -> None:
    found = ratio("round", [cost(1100)], [cost(1000)])
    assert found is not None

    table = told([found], "qiao-1234567", "qiao")

    assert table.splitlines()[0].startswith("| scenario | qiao-1234567 µs/op | qiao µs/op |")
    assert table.splitlines()[2] == "| round | 1100 | 1000 | 1.100 | 1.10–1.10 | 1.100 |"


def test_commit_is_exported_and_its_folder_goes_away() -> None:
    with exported("HEAD") as (short, folder):
        sources = (folder / "bench" / "seed.py").is_file(), (folder / "wsgi.py").is_file()

    assert len(short) >= 7
    assert sources == (True, True)
    assert not folder.exists()


def test_commit_that_is_not_there_is_named() -> None:
    with pytest.raises(CheckoutFailed, match="no-such-commit"), exported("no-such-commit"):
        pytest.fail("there is no such commit")


def test_sources_without_a_lock_cannot_be_installed(tmp_path: Path) -> None:
    with pytest.raises(CheckoutFailed, match=r"requirements\.lock"):
        environment(tmp_path, tmp_path / "environments")


def test_sqlite_database_has_no_processes_and_is_gone_after_use() -> None:
    database = create_file("test")
    Path(database.url.removeprefix("sqlite:///")).touch()

    backends = database.backends()
    database.drop()

    assert backends == []
    assert not database.folder.exists()


def test_earlier_build_and_other_targets_exclude_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parsed(["--against", "HEAD", "--compare"])
    with pytest.raises(SystemExit):
        parsed(["--against", "HEAD", "--metrics"])
    with pytest.raises(SystemExit):
        parsed(["--sqlite", "--compare"])

    assert "oidc-provider has no SQLite here" in capsys.readouterr().err
    assert parsed(["--against", "HEAD", "--sqlite", "round"]).against == "HEAD"
    asked = parsed(["--postgres", "postgresql+psycopg://me@there/postgres", "round"])
    assert asked.postgres == "postgresql://me@there/postgres"
