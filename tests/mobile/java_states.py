"""The Java core: where the app is × how its ticket ends × what the network loses, all of it.

Minutes: ``make test-interop ONLY=java-states`` runs this file by its name, and pytest does not find
it by itself.
"""

import pytest

from tests.interop.qiao import Qiao
from tests.mobile.matrix import faults, stories, tell_all


def test_every_sign_in_ends_once_and_with_a_reason(
    qiao: Qiao, class_path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    told, log = tell_all(class_path, qiao.deployment, list(stories()))

    logs = log + "".join(capfd.readouterr())
    assert "\n".join(faults(told)) == ""
    assert [code for one in told for code in one.codes if code in logs] == []
    assert "qac_" not in logs
