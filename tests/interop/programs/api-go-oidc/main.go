// An API whose tokens go-oidc verifies; run.sh puts the lines of Qiao's page into verify.go.
package main

import (
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	http.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		token, err := verify(r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{"sub": "` + token.Subject + `"}`))
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
