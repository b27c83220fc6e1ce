// Vault's auth method "oidc" without the rest of Vault: what `vault auth enable oidc` mounts is
// told what Qiao says to paste, and asked as Vault's own pages ask it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	jwtauth "github.com/hashicorp/vault-plugin-auth-jwt"
	"github.com/hashicorp/vault/sdk/logical"
)

var (
	storage = &logical.InmemStorage{}
	backend logical.Backend
	known   map[string]any
)

func ask(operation logical.Operation, path string, data map[string]any) (*logical.Response, error) {
	asked := &logical.Request{
		Operation: operation, Path: path, Data: data, Storage: storage,
		Connection: &logical.Connection{},
	}
	if operation == logical.UpdateOperation { // as Vault itself tells the one from the other
		known, there, err := backend.HandleExistenceCheck(context.Background(), asked)
		if err != nil {
			return nil, err
		}
		if known && !there {
			asked.Operation = logical.CreateOperation
		}
	}
	answer, err := backend.HandleRequest(context.Background(), asked)
	if err == nil && answer != nil && answer.IsError() {
		err = answer.Error()
	}
	return answer, err
}

// write does what `vault write auth/oidc/PATH key="value" …` does; a key given twice is a list.
func write(line string) {
	words := strings.Fields(line)
	data := map[string]any{}
	for _, found := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(line, -1) {
		key, value := found[1], found[2]
		switch before := data[key].(type) {
		case nil:
			data[key] = value
		case string:
			data[key] = []string{before, value}
		case []string:
			data[key] = append(before, value)
		}
	}
	path := strings.TrimPrefix(words[2], "auth/oidc/")
	if _, err := ask(logical.UpdateOperation, path, data); err != nil {
		log.Fatal(path, ": ", err)
	}
}

func fail(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

func login(w http.ResponseWriter, r *http.Request) {
	asked := map[string]any{"role": "", "redirect_uri": os.Getenv("REDIRECT_URI")}
	answer, err := ask(logical.UpdateOperation, "oidc/auth_url", asked)
	if err != nil {
		fail(w, err)
		return
	}
	address := answer.Data["auth_url"].(string)
	if address == "" {
		fail(w, fmt.Errorf("no address: %v", answer.Warnings))
		return
	}
	http.Redirect(w, r, address, http.StatusFound)
}

func callback(w http.ResponseWriter, r *http.Request) {
	came := map[string]any{"state": r.FormValue("state"), "code": r.FormValue("code")}
	answer, err := ask(logical.ReadOperation, "oidc/callback", came)
	if err != nil {
		fail(w, err)
		return
	}
	known = map[string]any{"sub": answer.Auth.Alias.Name, "policies": answer.Auth.Policies}
	http.Redirect(w, r, "/me", http.StatusFound)
}

func me(w http.ResponseWriter, r *http.Request) {
	if known == nil {
		http.Error(w, "nobody", http.StatusUnauthorized)
		return
	}
	_ = json.NewEncoder(w).Encode(known)
}

func main() {
	view := &logical.StaticSystemView{
		DefaultLeaseTTLVal: time.Hour,
		MaxLeaseTTLVal:     time.Hour,
	}
	config := &logical.BackendConfig{StorageView: storage, System: view}
	made, err := jwtauth.Factory(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	backend = made
	lines := strings.ReplaceAll(os.Getenv("PASTED"), "\\\n", " ")
	for line := range strings.SplitSeq(lines, "\n") {
		if strings.HasPrefix(line, "vault write auth/oidc/") {
			write(line)
		}
	}
	http.HandleFunc("/login", login)
	http.HandleFunc("/ui/vault/auth/oidc/oidc/callback", callback)
	http.HandleFunc("/me", me)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
