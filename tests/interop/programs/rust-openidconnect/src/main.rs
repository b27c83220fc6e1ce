// The openidconnect crate, as its documents have it.
use std::{
    collections::HashMap,
    env,
    error::Error,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl,
    RefreshToken, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreUserInfoClaims},
    reqwest,
};
use serde_json::Value;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

#[derive(Default)]
struct Kept {
    asked: Option<(PkceCodeVerifier, CsrfToken, Nonce)>,
    person: Option<Value>,
    id_token: Option<CoreIdToken>,
    refresh_token: Option<RefreshToken>,
}

struct App {
    http: reqwest::Client,
    provider: ProviderMetadataWithLogout,
    client: Client,
    kept: Mutex<Kept>,
}

type Shared = State<Arc<App>>;
type Told<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn value(name: &str) -> String {
    env::var(name).unwrap()
}

fn answered(told: Told<Response>) -> Response {
    told.unwrap_or_else(|error| {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:?}")).into_response()
    })
}

async fn login(State(app): Shared) -> Redirect {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = app
        .client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".into()))
        .add_scope(Scope::new("offline_access".into()))
        .set_pkce_challenge(challenge)
        .url();
    app.kept.lock().unwrap().asked = Some((verifier, state, nonce));
    Redirect::to(address.as_str())
}

async fn callback(State(app): Shared, Query(told): Query<HashMap<String, String>>) -> Response {
    answered(redeem(&app, told).await)
}

async fn redeem(app: &App, mut told: HashMap<String, String>) -> Told<Response> {
    let (verifier, state, nonce) =
        app.kept.lock().unwrap().asked.take().ok_or("nobody asked")?;
    if told.get("state") != Some(state.secret()) {
        return Err("another state".into());
    }
    let code = AuthorizationCode::new(told.remove("code").ok_or(format!("{told:?}"))?);
    let token = app
        .client
        .exchange_code(code)?
        .set_pkce_verifier(verifier)
        .request_async(&app.http)
        .await?;
    let id_token = token.id_token().ok_or("no ID token")?;
    let claims = id_token.claims(&app.client.id_token_verifier(), &nonce)?;
    let person: CoreUserInfoClaims = app
        .client
        .user_info(token.access_token().clone(), Some(claims.subject().clone()))?
        .request_async(&app.http)
        .await?;
    let mut kept = app.kept.lock().unwrap();
    kept.person = Some(serde_json::to_value(&person)?);
    kept.id_token = Some(id_token.clone());
    kept.refresh_token = token.refresh_token().cloned();
    Ok(Redirect::to("/me").into_response())
}

async fn me(State(app): Shared) -> Response {
    match &app.kept.lock().unwrap().person {
        Some(person) => Json(person).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn refresh(State(app): Shared) -> Response {
    answered(refreshed(&app).await)
}

async fn refreshed(app: &App) -> Told<Response> {
    let kept = app.kept.lock().unwrap().refresh_token.clone().ok_or("no refresh token")?;
    let token = app.client.exchange_refresh_token(&kept)?.request_async(&app.http).await?;
    if let Some(id_token) = token.id_token() {
        id_token.claims(&app.client.id_token_verifier(), |_: Option<&Nonce>| Ok(()))?;
    }
    Ok("refreshed".into_response())
}

async fn logout(State(app): Shared) -> Response {
    let kept = std::mem::take(&mut *app.kept.lock().unwrap());
    answered(out(&app, kept))
}

fn out(app: &App, kept: Kept) -> Told<Response> {
    let end = app.provider.additional_metadata().end_session_endpoint.clone();
    let address = LogoutRequest::from(end.ok_or("no end_session_endpoint")?)
        .set_id_token_hint(&kept.id_token.ok_or("nobody")?)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(value("SIGNED_OUT"))?)
        .http_get_url();
    Ok(Redirect::to(address.as_str()).into_response())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Told<()> {
    let http =
        reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none()).build()?;
    let issuer = IssuerUrl::new(value("ISSUER"))?;
    let provider = ProviderMetadataWithLogout::discover_async(issuer, &http).await?;
    let client = CoreClient::from_provider_metadata(
        provider.clone(),
        ClientId::new(value("CLIENT_ID")),
        Some(ClientSecret::new(value("CLIENT_SECRET"))),
    )
    .set_redirect_uri(RedirectUrl::new(value("REDIRECT_URI"))?);
    let app = Router::new()
        .route("/", get("home"))
        .route("/login", get(login))
        .route("/callback", get(callback))
        .route("/me", get(me))
        .route("/refresh", get(refresh))
        .route("/logout", get(logout))
        .with_state(Arc::new(App { http, provider, client, kept: Mutex::default() }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:".to_string() + &value("PORT"));
    Ok(axum::serve(listener.await?, app).await?)
}
