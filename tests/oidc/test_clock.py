"""How old something is, by a clock that nobody sets back."""

from oidc.clock import ages_of, monotonic_clock, system_clock


def test_ages_of_the_machine_are_told_by_its_uptime() -> None:
    assert ages_of(system_clock) is monotonic_clock
    assert 0 <= monotonic_clock() - monotonic_clock() <= 1
