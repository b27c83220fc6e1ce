# With the lines of Qiao's page as they stand there.
cat >verify.go <<GO
package main

import (
	"context"

	"github.com/coreos/go-oidc/v3/oidc"
)

func verify(ctx context.Context, raw string) (*oidc.IDToken, error) {
$PASTED
	return token, err
}
GO
go build -p 1 -o program . && exec ./program
