#!/usr/bin/env bash
# One would guess that a phone with HarmonyOS 5, whose browser says "Phone; OpenHarmony 5.0 … Mobile", is a
# phone to Python's user-agents and ua-parser with their data of this year. It is neither mobile nor tablet
# nor a computer, and has no operating system and no device: just Chrome. What is_pc decides is then decided
# for it as for an unknown robot. device_detector, with Matomo's data, calls it a smartphone with
# OpenHarmony.
# Source: Huawei's documentation of ArkWeb, "User-Agent"; uap-core's regexes.yaml.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install \
    user-agents==2.2.0 ua-parser==1.0.2 ua-parser-builtins==202610 device_detector==6.5.1
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from importlib.metadata import version

import user_agents
from device_detector import DeviceDetector

phone = (
    "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile"
)
packages = ("user-agents", "ua-parser-builtins", "device_detector")
print(*(f"{name} {version(name)}" for name in packages))
seen = user_agents.parse(phone)
print(f"user-agents: {seen}; mobile {seen.is_mobile}, tablet {seen.is_tablet}, pc {seen.is_pc}")
seen = DeviceDetector(phone).parse()
print(f"device_detector: {seen.os_name()} {seen.device_type()}, mobile {seen.is_mobile()}")
PYTHON
grep -q "^user-agents: Other / Other / Chrome .*; mobile False, tablet False, pc False" "$folder/seen"
grep -q "^device_detector: OpenHarmony smartphone, mobile True" "$folder/seen"
