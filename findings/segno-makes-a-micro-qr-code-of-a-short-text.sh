#!/usr/bin/env bash
# One would guess that a QR library asked for a code of a short text (a number to compare, a short
# ticket) makes the smallest QR code, version 1. segno.make() makes a Micro QR code where the text fits,
# which is another symbology with one finder pattern: OpenCV's detector, as many cameras' and apps'
# scanners, sees nothing in it, while ZXing reads both. A longer address is a QR code again, so it is met
# only when the text gets short. segno.make_qr() never makes one.
# Source: segno's documentation, "Micro QR Codes"; ISO/IEC 18004 (QR code and Micro QR code).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install \
    segno==1.6.6 zxing-cpp==3.1.1 opencv-python-headless==5.0.0.93 pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import io
from importlib.metadata import version

import cv2
import numpy
import segno
import zxingcpp
from PIL import Image

print(*(f"{name} {version(name)}" for name in ("segno", "zxing-cpp", "opencv-python-headless")))
for name, make in (("make", segno.make), ("make_qr", segno.make_qr)):
    code, picture = make("7342"), io.BytesIO()
    code.save(picture, kind="png", scale=10, border=4)
    image = Image.open(picture).convert("RGB")
    zxing = [each.text for each in zxingcpp.read_barcodes(image)]
    opencv, _, _ = cv2.QRCodeDetector().detectAndDecode(numpy.array(image))
    print(f"{name}: {code.designator}, ZXing reads {zxing}, OpenCV reads {opencv!r}")
PYTHON
grep -q "^make: M1, ZXing reads \['7342'\], OpenCV reads ''" "$folder/seen"
grep -q "^make_qr: 1-H, ZXing reads \['7342'\], OpenCV reads '7342'" "$folder/seen"
