#!/usr/bin/env bash
# One would guess that a browser which asks for zh-TW or zh-HK is given zh_Hant where zh_Hans and zh_Hant
# are offered, by the library that carries CLDR. Babel knows it when it parses (zh_TW is Hant, by CLDR's
# likely subtags) and does not use it when it negotiates: the answer is None, and so it is for zh-CN
# beside zh_Hans. Werkzeug's Accept-Language gives None too, and for a bare "zh" whichever of the two was
# listed first. An application that names its catalogues by script, as CLDR advises, serves all of them
# its default language, mostly English, unless it asks Locale.parse for the script itself.
# Source: babel.core (Locale.parse, negotiate_locale); UTS 35, "Likely Subtags" and "Language Matching".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install babel==2.19.0 werkzeug==3.1.9
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from importlib.metadata import version

from babel import Locale
from werkzeug.datastructures import LanguageAccept

print("babel", version("babel"), "werkzeug", version("werkzeug"))
for asked in ("zh-TW", "zh-HK", "zh-CN"):
    script = Locale.parse(asked, sep="-").script
    chosen = Locale.negotiate([asked], ["en", "zh_Hans", "zh_Hant"], sep="-")
    accepted = LanguageAccept([(asked, 1)]).best_match(["en", "zh-Hans", "zh-Hant"])
    print(f"{asked}: parsed {script}, Babel chooses {chosen}, Werkzeug chooses {accepted}")
for offered in (["zh-Hans", "zh-Hant"], ["zh-Hant", "zh-Hans"]):
    print("zh:", "Werkzeug chooses", LanguageAccept([("zh", 1)]).best_match(offered), "of", *offered)
PYTHON
grep -q "^zh-TW: parsed Hant, Babel chooses None, Werkzeug chooses None" "$folder/seen"
grep -q "^zh-HK: parsed Hant, Babel chooses None, Werkzeug chooses None" "$folder/seen"
grep -q "^zh-CN: parsed Hans, Babel chooses None, Werkzeug chooses None" "$folder/seen"
grep -q "^zh: Werkzeug chooses zh-Hant of zh-Hant zh-Hans" "$folder/seen"
