// axum-oidc, as its example has it. It refreshes once the ID token that it keeps is good no longer;
// `/refresh` spoils that one's signature first.
use axum::{
    Json, Router,
    error_handling::HandleErrorLayer,
    extract::Request,
    http::Uri,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use axum_oidc::{
    EmptyAdditionalClaims, OidcAuthLayer, OidcClaims, OidcLoginLayer, OidcRpInitiatedLogout,
    error::MiddlewareError,
};
use serde_json::{Value, json};
use std::env::var;
use tower::ServiceBuilder;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, cookie::SameSite};

async fn failed(error: MiddlewareError) -> Response {
    println!("{error:?}");
    error.into_response()
}

async fn me(OidcClaims(claims): OidcClaims<EmptyAdditionalClaims>) -> Json<Value> {
    Json(json!({ "sub": claims.subject().as_str() }))
}

async fn logout(logout: OidcRpInitiatedLogout) -> impl IntoResponse {
    logout.with_post_logout_redirect(var("SIGNED_OUT").unwrap().parse().unwrap())
}

async fn spoil(session: Session, request: Request, next: Next) -> Response {
    if request.uri().path() == "/refresh" {
        let mut kept: Value = session.get("axum-oidc").await.unwrap().unwrap();
        let token = kept["authenticated"]["id_token"].as_str().unwrap();
        let signature = token.rfind('.').unwrap() + 1;
        let spoiled = format!("{}AAAA{}", &token[..signature], &token[signature + 4..]);
        kept["authenticated"]["id_token"] = spoiled.into();
        session.insert("axum-oidc", kept).await.unwrap();
    }
    next.run(request).await
}

#[tokio::main]
async fn main() {
    let sessions = SessionManagerLayer::new(MemoryStore::default())
        .with_secure(false)
        .with_same_site(SameSite::Lax);
    let login = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(failed))
        .layer(OidcLoginLayer::<EmptyAdditionalClaims>::new());
    let scopes = ["openid", "profile", "offline_access"].map(String::from).to_vec();
    let auth = ServiceBuilder::new().layer(HandleErrorLayer::new(failed)).layer(
        OidcAuthLayer::<EmptyAdditionalClaims>::discover_client(
            var("URL").unwrap().parse::<Uri>().unwrap(),
            var("ISSUER").unwrap(),
            var("CLIENT_ID").unwrap(),
            var("CLIENT_SECRET").ok(),
            scopes,
        )
        .await
        .unwrap(),
    );
    let app = Router::new()
        .route("/", get(me))
        .layer(login)
        .route("/refresh", get(me))
        .route("/logout", get(logout))
        .layer(auth)
        .layer(from_fn(spoil))
        .layer(sessions)
        .route("/ready", get(|| async { "ready" }));
    let address = format!("127.0.0.1:{}", var("PORT").unwrap());
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
