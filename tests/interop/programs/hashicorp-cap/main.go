// hashicorp/cap, as its README has it.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/hashicorp/cap/oidc"
)

var claims map[string]any

func main() {
	back := os.Getenv("REDIRECT_URI")
	config, err := oidc.NewConfig(os.Getenv("ISSUER"), os.Getenv("CLIENT_ID"),
		oidc.ClientSecret(os.Getenv("CLIENT_SECRET")), []oidc.Alg{oidc.RS256}, []string{back})
	if err != nil {
		log.Fatal(err)
	}
	provider, err := oidc.NewProvider(config)
	if err != nil {
		log.Fatal(err)
	}
	defer provider.Done()
	asked := map[string]oidc.Request{}

	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		one, err := oidc.NewRequest(2*time.Minute, back, oidc.WithScopes("profile", "email"))
		if err == nil {
			var address string
			if address, err = provider.AuthURL(r.Context(), one); err == nil {
				asked[one.State()] = one
				http.Redirect(w, r, address, http.StatusFound)
				return
			}
		}
		http.Error(w, err.Error(), http.StatusInternalServerError)
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		one := asked[r.FormValue("state")]
		if one == nil {
			http.Error(w, r.URL.RawQuery, http.StatusForbidden)
			return
		}
		token, err := provider.Exchange(r.Context(), one, r.FormValue("state"), r.FormValue("code"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		known := map[string]any{}
		if err = token.IDToken().Claims(&known); err == nil {
			err = provider.UserInfo(r.Context(), token.StaticTokenSource(), known["sub"].(string), &known)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		claims = known
		http.Redirect(w, r, "/me", http.StatusFound)
	})
	http.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		if claims == nil {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(claims)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
