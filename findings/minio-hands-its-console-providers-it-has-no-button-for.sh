#!/usr/bin/env bash
# One would guess that MinIO's settings MINIO_IDENTITY_OPENID_* still put a button on the page of its console:
# the server (February 2026) documents them, and hands the console every provider that it knows when it starts.
# The console that it is built with reads them when somebody signs out, and nowhere else: it has no address at
# which a provider's code could be redeemed, and always answers that its page has one way in, the form. What is
# left of sign-in is AssumeRoleWithWebIdentity.
# Source: minio/cmd/common-main.go (OpenIDProviders), console/swagger.yml, console/api/user_login.go.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf 'module look\n\ngo 1.24\n' >go.mod
where() { go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'; }
server=$(where github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c)
version=$(sed -n 's/^\tgithub.com\/minio\/console \(v.*\)$/\1/p' "$server/go.mod")
console=$(where "github.com/minio/console@$version")
{
    echo "server hands over: $(grep -c 'OpenIDProviders: *buildOpenIDConsoleConfig()' "$server/cmd/common-main.go")"
    echo "console reads it: $(grep -l 'MinIOConfig.OpenIDProviders' "$console"/api/*.go | xargs -n 1 basename)"
    echo "addresses for it: $(grep -c 'login/oauth2' "$console/swagger.yml" || true)"
    grep -o 'loginStrategy := models.LoginDetailsLoginStrategyForm' "$console/api/user_login.go"
} | tee seen
grep -qF 'server hands over: 1' seen
grep -qxF 'console reads it: user_logout.go' seen
grep -qF 'addresses for it: 0' seen
grep -qF 'LoginDetailsLoginStrategyForm' seen
