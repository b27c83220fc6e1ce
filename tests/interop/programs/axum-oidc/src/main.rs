// axum-oidc, as its example "basic" has it.
use std::env;

use axum::{
    Json, Router,
    error_handling::HandleErrorLayer,
    extract::Request,
    http::{StatusCode, Uri},
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use axum_oidc::{
    EmptyAdditionalClaims, OidcAccessToken, OidcAuthLayer, OidcClaims, OidcLoginLayer,
    OidcRpInitiatedLogout, error::MiddlewareError,
};
use serde_json::{Value, json};
use tower::ServiceBuilder;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

type Claims = OidcClaims<EmptyAdditionalClaims>;

fn value(name: &str) -> String {
    env::var(name).unwrap()
}

async fn told(claims: Option<Claims>) -> Response {
    match claims {
        Some(claims) => Json(json!({ "sub": claims.subject().as_str() })).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// As if the time of the ID token had passed: the layer below then uses the refresh token.
async fn forget(session: Session, request: Request, next: Next) -> Response {
    if request.uri().path() == "/refresh" {
        let mut kept: Value = session.get("axum-oidc").await.unwrap().unwrap();
        kept["authenticated"] = Value::Null;
        session.insert("axum-oidc", kept).await.unwrap();
    }
    next.run(request).await
}

/// The layer would keep the refresh token, and sign people in with it at their next page.
async fn logout(session: Session, out: OidcRpInitiatedLogout) -> impl IntoResponse {
    session.flush().await.unwrap();
    let out = out.with_post_logout_redirect(value("SIGNED_OUT").parse().unwrap());
    Redirect::temporary(&out.uri().unwrap().to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let failing = || {
        HandleErrorLayer::new(|error: MiddlewareError| async move {
            (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
        })
    };
    let sign_in = OidcAuthLayer::<EmptyAdditionalClaims>::discover_client(
        value("URL").parse::<Uri>().unwrap(),
        value("ISSUER"),
        value("CLIENT_ID"),
        Some(value("CLIENT_SECRET")),
        ["openid", "profile", "offline_access"].map(String::from).to_vec(),
    )
    .await
    .unwrap();
    let inside = ServiceBuilder::new()
        .layer(failing())
        .layer(OidcLoginLayer::<EmptyAdditionalClaims>::new());
    let around = ServiceBuilder::new().layer(failing()).layer(sign_in);
    let app = Router::new()
        .route("/", get(told))
        .layer(inside)
        .route("/me", get(told))
        .route("/refresh", get(|_: OidcAccessToken, claims: Option<Claims>| told(claims)))
        .route("/logout", get(logout))
        .layer(around)
        .layer(from_fn(forget))
        .layer(SessionManagerLayer::new(MemoryStore::default()).with_secure(false))
        .route("/signed-out", get("bye"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:".to_string() + &value("PORT"));
    axum::serve(listener.await.unwrap(), app).await.unwrap();
}
