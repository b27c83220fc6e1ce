#!/usr/bin/env bash
# One would guess that WeChat's SDK for Android brings the <queries> element that apps for Android 11
# and later need to see WeChat at all, as it would be merged from the library's manifest. The manifest
# in the newest archive on Maven Central holds uses-sdk alone (minimum 16, target 28): without a
# <queries> element of its own, an app is told that WeChat is not installed.
# Source: the archive itself; developer.android.com, "Package visibility filtering on Android".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
artifact=com.tencent.mm.opensdk:wechat-sdk-android:6.8.34:aar
mvn -q -B dependency:copy -Dartifact=$artifact -DoutputDirectory="$folder" -Dmdep.stripVersion=true
(cd "$folder" && jar xf wechat-sdk-android.aar AndroidManifest.xml)
echo "$artifact"
cat "$folder/AndroidManifest.xml"; echo
[ "$(grep -c "<queries" "$folder/AndroidManifest.xml")" = 0 ]
grep -q 'minSdkVersion="16"' "$folder/AndroidManifest.xml"
grep -q 'targetSdkVersion="28"' "$folder/AndroidManifest.xml"
