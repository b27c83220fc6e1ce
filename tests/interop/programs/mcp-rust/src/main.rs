// rmcp's OAuth client, as its documents have it, with the person of the test beside it.
use rmcp::{
    ServiceExt,
    model::{CallToolRequestParams, ClientInfo},
    transport::{
        StreamableHttpClientTransport,
        auth::{AuthClient, AuthorizationRequest, OAuthState},
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Value, json};

type Failed = Box<dyn std::error::Error>;
const CALLBACK: &str = "http://localhost:4712/callback";

fn read() -> Result<Value, Failed> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let settings = read()?;
    let server = settings["server"].as_str().unwrap_or_default().to_owned();
    let mut request = AuthorizationRequest::new(CALLBACK).with_client_name("Rust");
    if let Some(document) = settings["document"].as_str() {
        request = request.with_client_metadata_url(document);
    }
    let mut state = OAuthState::new(&server, None).await?;
    state.start_authorization(request).await?;
    let url = state.get_authorization_url().await?;
    println!("{}", json!({ "browse": url }));
    let landed = read()?;
    state.handle_callback_url(landed["landed"].as_str().unwrap_or_default()).await?;
    let manager = state.into_authorization_manager().ok_or("nobody is signed in")?;
    let client = AuthClient::new(reqwest::Client::default(), manager);
    let transport = StreamableHttpClientTransport::with_client(
        client,
        StreamableHttpClientTransportConfig::with_uri(server),
    );
    let service = ClientInfo::default().serve(transport).await?;
    let arguments = json!({ "a": 2, "b": 3 }).as_object().cloned().unwrap_or_default();
    let sum = service
        .call_tool(CallToolRequestParams::new("add").with_arguments(arguments))
        .await?;
    let text = serde_json::to_value(&sum)?["content"][0]["text"].clone();
    println!("{}", json!({ "told": { "sum": text, "asked": [url] } }));
    Ok(())
}
