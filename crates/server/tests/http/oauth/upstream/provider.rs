//! An identity provider on loopback that says whatever a test wants it to say.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

/// A key of the provider.
pub(super) struct SigningKey {
    pub(super) id: &'static str,
    pair: EcdsaKeyPair,
}

impl SigningKey {
    pub(super) fn new(id: &'static str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let text = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, text.as_ref(), &random).unwrap();
        Self { id, pair }
    }

    pub(super) fn published(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let half = |half: &[u8]| URL_SAFE_NO_PAD.encode(half);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": half(&point[1..33]), "y": half(&point[33..65]),
        })
    }

    /// The point, as somebody takes it for a shared secret.
    pub(super) fn as_secret(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }

    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let written = written(header, claims);
        let random = SystemRandom::new();
        let signature = self.pair.sign(&random, written.as_bytes()).unwrap();
        format!("{written}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Header and claims, not signed yet.
pub(super) fn written(header: &Value, claims: &Value) -> String {
    let part = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// What the provider says.
#[derive(Default)]
pub(super) struct Says {
    pub(super) metadata: Value,
    pub(super) keys: Vec<Value>,
    pub(super) id_token: String,
    /// What was asked for tokens: who, and with what.
    pub(super) asked: Vec<(String, String)>,
}

pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) says: Arc<Mutex<Says>>,
}

impl Provider {
    pub(super) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let says = Says {
            metadata: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/ask?tenant=1"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
                "authorization_response_iss_parameter_supported": true,
            }),
            ..Says::default()
        };
        let says = Arc::new(Mutex::new(says));
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&says));
        // It ends with the process of the test.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self { issuer, says }
    }
}

type Told = State<Arc<Mutex<Says>>>;

async fn metadata(State(says): Told) -> Json<Value> {
    Json(says.lock().unwrap().metadata.clone())
}

async fn keys(State(says): Told) -> Json<Value> {
    let keys = says.lock().unwrap().keys.clone();
    Json(json!({ "keys": keys }))
}

async fn token(State(says): Told, headers: HeaderMap, body: String) -> Json<Value> {
    let mut says = says.lock().unwrap();
    let who = headers.get("authorization");
    let who = who.map_or("", |who| who.to_str().unwrap()).to_owned();
    says.asked.push((who, body));
    Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": says.id_token }))
}
