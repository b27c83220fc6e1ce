#!/usr/bin/env bash
# One would guess that adding a route parses a string, and that a table of a few hundred costs nothing
# at a start. Each rule is turned into the source trees of two Python functions that build its
# address, and both are parsed and compiled when the rule is added, whether or not anybody ever asks for
# the address: six calls of compile() for a route without a variable, two more for each variable, and
# most of the time that adding it takes.
# Source: werkzeug/routing/rules.py (Rule.compile, Rule._compile_builder).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet werkzeug==3.1.9
cat >look.py <<'PYTHON'
import cProfile
import pstats
from importlib.metadata import version

from werkzeug.routing import Map, Rule

Map([Rule("/warm/<up>", endpoint="warm")])
for shape in ("/plain-{}", "/one-{}/<a>", "/two-{}/<a>/<b>"):
    profile = cProfile.Profile()
    profile.enable()
    Map([Rule(shape.format(n), endpoint=str(n)) for n in range(300)])
    profile.disable()
    calls = {key[2]: told[0] for key, told in pstats.Stats(profile).stats.items()}
    compiled = calls["<built-in method builtins.compile>"]
    share = sum(t[3] for k, t in pstats.Stats(profile).stats.items() if k[2] == "_compile_builder")
    whole = sum(t[3] for k, t in pstats.Stats(profile).stats.items() if k[2] == "bind")
    print(f"werkzeug {version('werkzeug')} {shape}: {compiled / 300:.0f} compilations a route,"
          f" over half of the time: {share > whole / 2}")
PYTHON
venv/bin/python look.py | tee seen
grep -Eq '^werkzeug 3.1.9 /plain-\{\}: [2-9] compilations a route, over half of the time: True$' seen
test "$(grep -c 'over half of the time: True' seen)" = 3
