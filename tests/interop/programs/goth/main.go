// goth's openidConnect provider with gothic's handlers, as its examples have them.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/gorilla/sessions"
	"github.com/markbates/goth"
	"github.com/markbates/goth/gothic"
	"github.com/markbates/goth/providers/openidConnect"
)

var known map[string]any

func named(r *http.Request) *http.Request {
	return gothic.GetContextWithProvider(r, "openid-connect")
}

func main() {
	store := sessions.NewCookieStore([]byte("only-for-this-test-only-for-this"))
	store.Options.Secure = false
	gothic.Store = store
	provider, err := openidConnect.New(os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"),
		os.Getenv("REDIRECT_URI"), os.Getenv("ISSUER")+"/.well-known/openid-configuration",
		"openid", "profile", "offline_access")
	if err != nil {
		log.Fatal(err)
	}
	goth.UseProviders(provider)
	var refresh string

	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		gothic.BeginAuthHandler(w, named(r))
	})
	http.HandleFunc("/auth/openid-connect/callback", func(w http.ResponseWriter, r *http.Request) {
		if told := r.URL.Query().Get("error_description"); told != "" {
			http.Error(w, told, http.StatusForbidden)
			return
		}
		user, err := gothic.CompleteUserAuth(w, named(r))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		known = map[string]any{"sub": user.UserID, "name": user.Name, "email": user.Email}
		refresh = user.RefreshToken
		http.Redirect(w, r, "/me", http.StatusFound)
	})
	http.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		if known == nil {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(known)
	})
	http.HandleFunc("/refresh", func(w http.ResponseWriter, r *http.Request) {
		if _, err := provider.RefreshToken(refresh); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
