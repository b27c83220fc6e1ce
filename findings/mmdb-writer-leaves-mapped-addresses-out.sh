#!/usr/bin/env bash
# One would guess that a MaxMind DB file made for tests with ipv4_compatible=True finds an IPv4 address
# in each form in which a dual-stack socket gives it. mmdb_writer puts IPv4 networks at ::/96 alone, and
# maxminddb maps nothing by itself: "203.0.113.9" is found and "::ffff:203.0.113.9", the form that
# listeners on [::] see, is nowhere. MaxMind's own databases hold aliases for ::ffff:0:0/96 (and 2002::/16
# and 2001::/32), so code that passes on what the socket says works there and fails on a file of one's
# own, which is the way round that a test does not tell.
# Source: MaxMind DB file format specification 2.0, "IPv4 addresses in an IPv6 tree"; mmdb_writer's README.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install \
    mmdb_writer==0.2.7 maxminddb==3.2.0 netaddr==1.3.0
cd "$folder"
venv/bin/python - <<'PYTHON' | tee "$folder/seen"
from importlib.metadata import version

import maxminddb
from mmdb_writer import MMDBWriter
from netaddr import IPSet

print(*(f"{name} {version(name)}" for name in ("mmdb_writer", "maxminddb")))
writer = MMDBWriter(6, "Test", languages=["en"], ipv4_compatible=True)
writer.insert_network(IPSet(["203.0.113.0/24"]), {"city": "somewhere"})
writer.to_db_file("test.mmdb")
with maxminddb.open_database("test.mmdb") as reader:
    for address in ("203.0.113.9", "::203.0.113.9", "::ffff:203.0.113.9"):
        print(f"{address} -> {reader.get(address)}")
PYTHON
grep -q "^203.0.113.9 -> {'city': 'somewhere'}" "$folder/seen"
grep -q "^::203.0.113.9 -> {'city': 'somewhere'}" "$folder/seen"
grep -q "^::ffff:203.0.113.9 -> None" "$folder/seen"
