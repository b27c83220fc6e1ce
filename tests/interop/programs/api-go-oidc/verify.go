package main

import (
	"context"
	"errors"

	"github.com/coreos/go-oidc/v3/oidc"
)

func verify(_ context.Context, _ string) (*oidc.IDToken, error) {
	return nil, errors.New("run.sh writes this anew")
}
