// coreos/go-oidc's example of an ID token, which is plain; PASTED turns PKCE on, as the preset says.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	verifier = oauth2.GenerateVerifier()
	token    *oauth2.Token
	claims   map[string]any
)

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	config := oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email", oidc.ScopeOfflineAccess},
	}
	verify := provider.Verifier(&oidc.Config{ClientID: config.ClientID})
	var asked, redeemed []oauth2.AuthCodeOption
	if os.Getenv("PASTED") != "" {
		asked = append(asked, oauth2.S256ChallengeOption(verifier))
		redeemed = append(redeemed, oauth2.VerifierOption(verifier))
	}

	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, config.AuthCodeURL("state", asked...), http.StatusFound)
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("state") != "state" {
			http.Error(w, "state did not match", http.StatusBadRequest)
			return
		}
		token, err = config.Exchange(ctx, r.URL.Query().Get("code"), redeemed...)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		raw, _ := token.Extra("id_token").(string)
		known, err := verify.Verify(ctx, raw)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = known.Claims(&claims)
		http.Redirect(w, r, "/me", http.StatusFound)
	})
	http.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		if claims == nil {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(claims)
	})
	http.HandleFunc("/refresh", func(w http.ResponseWriter, r *http.Request) {
		known := &oauth2.Token{RefreshToken: token.RefreshToken}
		if _, err := config.TokenSource(ctx, known).Token(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
