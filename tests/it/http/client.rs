//! A small HTTP client: one connection a request, nothing hidden.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use shikiri::testkit::{Biller, PASSWORD, Served};

/// A request to be sent.
#[must_use]
pub struct Ask {
    address: SocketAddr,
    request: http::request::Builder,
    body: Bytes,
}

/// An answer, read to its end.
pub struct Told {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Bytes,
}

/// Begins a request: `GET /v1/slips`.
pub fn ask(served: &Served, line: &str) -> Ask {
    ask_at(served.address, line)
}

/// Begins a request to any listener.
pub fn ask_at(address: SocketAddr, line: &str) -> Ask {
    let (method, target) = line.split_once(' ').expect("method and target");
    let request = http::Request::builder().method(method).uri(target).header("host", "test");
    Ask { address, request, body: Bytes::new() }
}

impl Ask {
    pub fn header(mut self, name: &str, value: &str) -> Ask {
        self.request = self.request.header(name, value);
        self
    }

    pub fn token(self, token: &str) -> Ask {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn key(self, key: &str) -> Ask {
        self.header("idempotency-key", key)
    }

    pub fn json(self, body: &Value) -> Ask {
        self.header("content-type", "application/json").bytes(body.to_string())
    }

    pub fn bytes(mut self, body: impl Into<Bytes>) -> Ask {
        self.body = body.into();
        self
    }

    pub async fn send(self) -> Told {
        let socket = tokio::net::TcpStream::connect(self.address).await.expect("connects");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.expect("speaks");
        tokio::spawn(connection);
        let request = self.request.body(Full::new(self.body)).expect("a request");
        let (head, body) = sender.send_request(request).await.expect("answers").into_parts();
        let body = body.collect().await.expect("reads").to_bytes();
        Told { status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// A stream of server-sent events that is being read.
pub struct Stream {
    pub status: u16,
    pub headers: http::HeaderMap,
    body: hyper::body::Incoming,
    text: String,
}

/// One event: its name, its id, its data.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: Value,
}

impl Ask {
    /// Sends it and reads the head of the answer; the body comes as it comes.
    pub async fn stream(self) -> Stream {
        let socket = tokio::net::TcpStream::connect(self.address).await.expect("connects");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.expect("speaks");
        tokio::spawn(connection);
        let request = self.request.body(Full::new(self.body)).expect("a request");
        let (head, body) = sender.send_request(request).await.expect("answers").into_parts();
        Stream { status: head.status.as_u16(), headers: head.headers, body, text: String::new() }
    }
}

impl Stream {
    /// The next event; none when the stream has ended. Comments and `retry` are passed over.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let found = block.lines().find_map(|it| it.strip_prefix(name));
                    found.unwrap_or_default().trim().to_owned()
                };
                let (name, id, data) = (field("event:"), field("id:"), field("data:"));
                self.text = rest.to_owned();
                if !name.is_empty() {
                    let data = serde_json::from_str(&data).expect("data is JSON");
                    return Some(Event { name, id, data });
                }
                continue;
            }
            let limit = std::time::Duration::from_secs(20);
            let frame = tokio::time::timeout(limit, self.body.frame()).await.expect("in time")?;
            let data = frame.expect("reads").into_data().expect("no trailers");
            self.text.push_str(std::str::from_utf8(&data).expect("UTF-8"));
        }
    }

    /// Every event until the stream ends.
    pub async fn rest(mut self) -> Vec<Event> {
        let mut res = Vec::new();
        while let Some(event) = self.next().await {
            res.push(event);
        }
        res
    }
}

impl Told {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().expect("ascii"))
    }

    /// Status and problem code at once.
    pub fn problem(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap_or("none").to_owned();
        let media_type = self.header("content-type");
        assert_eq!(media_type, "application/problem+json", "{}", self.text());
        (self.status, code)
    }
}

/// What a login says.
pub fn credentials(biller: &Biller, login: &str, on_conflict: &str) -> Value {
    serde_json::json!({
        "tenant_code": biller.code, "login": login, "password": PASSWORD,
        "on_conflict": on_conflict,
    })
}

/// Logs in over HTTP, ending any other session of that user.
pub async fn log_in(served: &Served, biller: &Biller, login: &str) -> String {
    let body = credentials(biller, login, "take_over");
    let told = ask(served, "POST /v1/sessions").json(&body).send().await;
    assert_eq!(told.status, 201, "{}", told.text());
    told.json()["token"].as_str().expect("a token").to_owned()
}

/// Asserts a status and a problem code.
#[track_caller]
pub fn assert_problem(told: &Told, status: u16, code: &str) {
    assert_eq!(told.problem(), (status, code.to_owned()), "{}", told.text());
}
