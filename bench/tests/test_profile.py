"""Samples are counted for the right owner."""

from bench.profile import Frame, stacks, told

SITE = "/v/lib/python3.11/site-packages"
SAMPLED = [
    (
        [
            f"serve ({SITE}/uvicorn/server.py)",
            "token (/q/oidc/token.py)",
            f"run ({SITE}/sqlalchemy/e.py)",
        ],
        3,
    ),
    ([f"serve ({SITE}/uvicorn/server.py)", "dumps (/usr/json.py)"], 1),
]


def test_frames_belong_to_their_top_level_package() -> None:
    owners = [Frame("f", file).owner for file in ("/a/app/x.py", "/s/site-packages/six.py", "/l/y")]

    assert owners == ["app", "six", "python"]


def test_samples_are_scaled_to_microseconds_of_an_operation() -> None:
    report = told(stacks(SAMPLED), total_us=400)

    packages, ours, alone, _ = report.split("\n\n")
    assert packages.splitlines()[1:] == ["    300 µs  sqlalchemy", "    100 µs  python"]
    assert ours.splitlines()[1:] == [
        "    300 µs  q/oidc/token.py token",
        "    100 µs  (outside our code)",
    ]
    assert alone.splitlines()[1:] == [
        "    300 µs  site-packages/sqlalchemy/e.py run",
        "    100 µs  //usr/json.py dumps",
    ]
