// zitadel/oidc's relying party, as its example "app" has it.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

var (
	tokens *oidc.Tokens[*oidc.IDTokenClaims]
	known  *oidc.UserInfo
)

func main() {
	ctx := context.Background()
	key := []byte("only-for-tests!!")
	cookies := httphelper.NewCookieHandler(key, key, httphelper.WithUnsecure())
	party, err := rp.NewRelyingPartyOIDC(
		ctx, os.Getenv("ISSUER"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"),
		os.Getenv("REDIRECT_URI"), []string{"openid", "profile", "email", "offline_access"},
		rp.WithCookieHandler(cookies), rp.WithPKCE(cookies),
	)
	if err != nil {
		log.Fatal(err)
	}
	state := func() string { return "state" }
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("home")) })
	http.Handle("/login", rp.AuthURLHandler(state, party))
	http.Handle("/auth/callback", rp.CodeExchangeHandler(rp.UserinfoCallback(
		func(w http.ResponseWriter, r *http.Request, t *oidc.Tokens[*oidc.IDTokenClaims], state string,
			_ rp.RelyingParty, info *oidc.UserInfo) {
			tokens, known = t, info
			http.Redirect(w, r, "/me", http.StatusFound)
		}), party))
	http.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		if known == nil {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(known)
	})
	http.HandleFunc("/refresh", func(w http.ResponseWriter, r *http.Request) {
		_, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, party, tokens.RefreshToken, "", "")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	http.HandleFunc("/logout", func(w http.ResponseWriter, r *http.Request) {
		to, err := rp.EndSession(ctx, party, tokens.IDToken, os.Getenv("SIGNED_OUT"), "", "", nil)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		tokens, known = nil, nil
		http.Redirect(w, r, to.String(), http.StatusFound)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
