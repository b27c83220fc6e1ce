#!/usr/bin/env bash
# One would guess that the three kinds of a mini program that an Android app can launch are
# MINIPROGRAM_TYPE_RELEASE, _TEST and _PREVIEW. The one that everybody ships with is spelled
# MINIPTOGRAM_TYPE_RELEASE, beside two that are spelled right: code written from memory does not
# compile, and code that corrects the word neither.
# Source: com.tencent.mm.opensdk.modelbiz.WXLaunchMiniProgram.Req in the archive on Maven Central.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
artifact=com.tencent.mm.opensdk:wechat-sdk-android:6.8.34:aar
mvn -q -B dependency:copy -Dartifact=$artifact -DoutputDirectory="$folder" -Dmdep.stripVersion=true
(cd "$folder" && jar xf wechat-sdk-android.aar classes.jar)
echo "$artifact"
javap -constants -cp "$folder/classes.jar" 'com.tencent.mm.opensdk.modelbiz.WXLaunchMiniProgram$Req' |
    grep "_TYPE_" | tee "$folder/seen"
grep -q " MINIPTOGRAM_TYPE_RELEASE = 0" "$folder/seen"
grep -q " MINIPROGRAM_TYPE_TEST = 1" "$folder/seen"
grep -q " MINIPROGRAM_TYPE_PREVIEW = 2" "$folder/seen"
[ "$(grep -c "MINIPROGRAM_TYPE_RELEASE" "$folder/seen")" = 0 ]
