"""A database that did not answer is tried by one at a time."""

from app.database_patience import CONNECTING, PAUSE, Gate


class Now:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_gate_that_nobody_closed_lets_everybody_through() -> None:
    assert all(Gate(Now()).may_pass() for _ in range(3))


def test_closed_gate_lets_one_try_after_the_pause() -> None:
    now = Now()
    gate = Gate(now)
    gate.close()
    assert not gate.may_pass()

    now.now += PAUSE
    assert [gate.may_pass() for _ in range(3)] == [True, False, False]

    gate.open()
    assert all(gate.may_pass() for _ in range(3))


def test_one_who_never_came_back_does_not_keep_the_gate_closed() -> None:
    now = Now()
    gate = Gate(now)
    gate.close()
    now.now += PAUSE
    assert gate.may_pass()

    now.now += CONNECTING + PAUSE
    assert gate.may_pass()
