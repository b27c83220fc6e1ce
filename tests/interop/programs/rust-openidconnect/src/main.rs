// openidconnect, as its documents have it, behind a small server.
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::reqwest::{blocking::ClientBuilder, redirect::Policy};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, RedirectUrl, RefreshToken, Scope, TokenResponse,
};
use std::{collections::HashMap, env::var};
use tiny_http::{Header, Request, Response, Server};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let http = ClientBuilder::new().redirect(Policy::none()).build()?;
    let metadata = CoreProviderMetadata::discover(&IssuerUrl::new(var("ISSUER")?)?, &http)?;
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(var("CLIENT_ID")?),
        Some(ClientSecret::new(var("CLIENT_SECRET")?)),
    )
    .set_redirect_uri(RedirectUrl::new(var("REDIRECT_URI")?)?);
    let server = Server::http(format!("127.0.0.1:{}", var("PORT")?)).map_err(|e| e.to_string())?;
    let mut asked = HashMap::new();
    let (mut known, mut refresh) = (None, None);

    for request in server.incoming_requests() {
        let (path, query) = parts(request.url());
        match path.as_str() {
            "/login" => {
                let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
                let (url, state, nonce) = client
                    .authorize_url(
                        CoreAuthenticationFlow::AuthorizationCode,
                        CsrfToken::new_random,
                        Nonce::new_random,
                    )
                    .add_scope(Scope::new("profile".into()))
                    .add_scope(Scope::new("offline_access".into()))
                    .set_pkce_challenge(challenge)
                    .url();
                asked.insert(state.secret().clone(), (verifier, nonce));
                send(request, 302, url.as_str(), "")?;
            }
            "/callback" => {
                let (verifier, nonce) = asked.remove(&query["state"]).ok_or("unknown state")?;
                let token = client
                    .exchange_code(AuthorizationCode::new(query["code"].clone()))?
                    .set_pkce_verifier(verifier)
                    .request(&http)?;
                let id_token = token.id_token().ok_or("no ID token")?;
                let claims = id_token.claims(&client.id_token_verifier(), &nonce)?;
                known = Some(serde_json::to_string(&claims)?);
                refresh = token.refresh_token().map(|one| one.secret().clone());
                send(request, 302, "/me", "")?;
            }
            "/refresh" => {
                let token = RefreshToken::new(refresh.clone().ok_or("nothing to refresh with")?);
                client.exchange_refresh_token(&token)?.request(&http)?;
                send(request, 200, "", "refreshed")?;
            }
            "/me" => match &known {
                Some(claims) => send(request, 200, "", claims)?,
                None => send(request, 401, "", "nobody")?,
            },
            _ => send(request, 200, "", "home")?,
        }
    }
    Ok(())
}

fn parts(url: &str) -> (String, HashMap<String, String>) {
    let whole = openidconnect::url::Url::parse(&format!("http://localhost{url}"));
    let whole = whole.expect("a path and a query");
    (whole.path().to_owned(), whole.query_pairs().into_owned().collect())
}

fn send(request: Request, status: u16, location: &str, body: &str) -> Result<(), Failed> {
    let mut answer = Response::from_string(body).with_status_code(status);
    if !location.is_empty() {
        answer.add_header(Header::from_bytes("Location", location).map_err(|_| "an address")?);
    }
    Ok(request.respond(answer)?)
}
