#!/usr/bin/env bash
# One would guess that apache-superset 6.1.0, installed from PyPI with all that it declares, starts and shows its
# first page. It declares neither rich, without which its command does not start, nor cachetools, without which
# /superset/welcome/ is a page that says "Internal server error" to people who have just signed in: both came with
# other packages (flask-limiter 3, google-auth) that no longer bring them. Its bound of flask-caching (<3) lets in
# 2.5, which passes its cache an argument that it does not take. Its own requirements/base.txt has them all.
# Source: apache_superset-6.1.0.dist-info/METADATA, superset/cli/test_db.py, superset/db_engine_specs/aws_iam.py,
# superset/extensions/metastore_cache.py.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip download -q --disable-pip-version-check --no-deps --no-binary :none: apache-superset==6.1.0
python3 - <<'PY' | tee seen
import glob
import re
import tarfile
import zipfile

[archive] = glob.glob("apache[_-]superset-6.1.0*")
if archive.endswith(".whl"):
    box = zipfile.ZipFile(archive)
    texts = {name: box.read(name).decode() for name in box.namelist() if name.endswith((".py", "METADATA"))}
else:
    box = tarfile.open(archive)
    wanted = [one for one in box if one.name.endswith((".py", "PKG-INFO"))]
    texts = {one.name: box.extractfile(one).read().decode() for one in wanted}
declared = "\n".join(text for name, text in texts.items() if name.endswith(("METADATA", "PKG-INFO")))
for package in ("rich", "cachetools"):
    asked = re.findall(rf"^Requires-Dist: {package}\b(?!.*extra).*$", declared, re.MULTILINE | re.IGNORECASE)
    users = [n for n, text in texts.items() if "superset/" in n and re.search(rf"^from {package}\b", text, re.MULTILINE)]
    print(package, "declared:", asked, "imported by:", *sorted(name.split("/")[-1] for name in users))
print(*re.findall(r"^Requires-Dist: flask-caching.*$", declared, re.MULTILINE | re.IGNORECASE))
PY
grep -qE '^rich declared: \[\] imported by: .*test_db.py' seen
grep -qE '^cachetools declared: \[\] imported by: .*aws_iam.py' seen
grep -qE '^Requires-Dist: flask-caching<3' seen
