"""The demo's folder: what is made the first time and kept."""

import stat
from pathlib import Path

from app.demo.deployment import Deployment, Ports
from app.settings_reading import read_settings


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    first = Deployment.at(tmp_path / "demo")

    again = Deployment.at(tmp_path / "demo")

    assert again == first
    assert first != Deployment.at(tmp_path / "other")


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    deployment = Deployment.at(tmp_path)

    environment = deployment.write_environment()

    for path in (tmp_path / "secrets.json", environment):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secrets_are_not_in_the_representation(tmp_path: Path) -> None:
    deployment = Deployment.at(tmp_path)

    assert deployment.secret_key not in repr(deployment)
    assert deployment.client_secret not in repr(deployment)


def test_environment_is_a_whole_configuration(tmp_path: Path) -> None:
    deployment = Deployment.at(tmp_path, Ports(9000, 9001, 9002))

    settings = read_settings(deployment.qiao_environment())

    assert settings.issuer == "http://localhost:9000"
    assert settings.wechat_api_base == "http://127.0.0.1:9001"
    assert settings.wechat_sandbox
