"""WxJava and JustAuth take the sandbox for WeChat.

Maven fetches some 25 archives for them: ``make test-interop`` runs this file by its name, and
pytest does not find it by itself.
"""

import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from federation.sandbox import seed
from federation.sandbox.messages import TEMPLATE
from tests import services
from tests.interop.wechat.library import PERSON, path, run
from tests.interop.wechat.tunnel import Tunnel
from tests.sandbox_server import COMPONENT, MINI_PROGRAM, OFFICIAL, WEBSITE, LiveSandbox

NAME = "韩梅梅🌸"
PASSWORD = "changeit"


@pytest.fixture
def command(tmp_path: Path, through: Tunnel) -> list[str]:
    """The program, compiled, with a JVM that believes the tunnel."""
    for tool in ("mvn", "javac"):
        if shutil.which(tool) is None:
            services.missing("a JDK and Maven are not installed")
    archives = tmp_path / "archives"
    copying = ["mvn", "-q", "-B", "-f", str(path("java/pom.xml")), "dependency:copy-dependencies"]
    subprocess.run([*copying, f"-DoutputDirectory={archives}"], check=True, timeout=300)
    class_path = f"{archives}/*:{tmp_path}"
    sources = sorted(str(each) for each in path("java").glob("*.java"))
    compiling = ["javac", "-encoding", "UTF-8", "-cp", class_path, "-d", str(tmp_path), *sources]
    subprocess.run(compiling, check=True, timeout=120)
    store = tmp_path / "trusted.p12"
    importing = ["keytool", "-importcert", "-noprompt", "-file", str(through.authority)]
    words = ["-keystore", str(store), "-storepass", PASSWORD, "-storetype", "PKCS12"]
    subprocess.run([*importing, *words], check=True, capture_output=True, timeout=60)
    trusted = [
        f"-Djavax.net.ssl.trustStore={store}",
        f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
    ]
    return ["java", "-Dfile.encoding=UTF-8", *trusted, "-cp", class_path, "Libraries"]


def test_libraries_in_java_sign_in_and_call(
    wechat: LiveSandbox, through: Tunnel, command: list[str]
) -> None:
    for app in (WEBSITE, OFFICIAL, COMPONENT):
        wechat.app(app.appid, callback_domain="site.example")
    wechat.app(COMPONENT.appid, push_url="http://127.0.0.1:9/")  # read from what was sent

    told = run(
        command,
        wechat,
        through,
        sandbox=wechat.url,
        mini=asdict(MINI_PROGRAM),
        website=asdict(WEBSITE),
        official=asdict(OFFICIAL),
        component=asdict(COMPONENT),
        template=TEMPLATE,
        push_token=seed.PUSH_TOKEN,
        push_key=seed.PUSH_AES_KEY,
    )

    mini, official, website = (
        wechat.openid(PERSON, app.appid) for app in (MINI_PROGRAM, OFFICIAL, WEBSITE)
    )
    assert told["mini"] == {
        "openid": mini,
        "phone": "13900139000",
        "limited": False,
        "text": "pass",
        "link": True,
        "picture": True,
        "mock": 40029,
    }
    assert told["account"] == {
        "jsapi": "config:ok",
        "openid": official,
        "nickname": NAME,
        "alive": True,
        "refreshed": official,
    }
    assert told["party"] == {
        "pushed": "success",
        "pre_auth": True,
        "mini_account": MINI_PROGRAM.appid,
        "official_account": OFFICIAL.appid,
        "mini": mini,
        "official": official,
    }
    assert told["justAuth"] == {
        "website": {"openid": website, "id": website, "nickname": NAME},
        "official": {"openid": official, "id": official, "nickname": NAME},
        "mini": mini,
    }
