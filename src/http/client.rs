//! A client of this API, for the command line: JSON requests, and event streams. It follows no redirect.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName},
};

use crate::statements::audit::EventLine;

/// Bytes of a JSON answer at most.
const ANSWER_MAX: usize = 16 << 20;

/// Bytes of a file at most.
const FILE_MAX: usize = 64 << 20;

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Where the thing is that was made.
    pub location: Option<String>,
    /// All of it.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("{0} is no address like https://shikiri.example")]
    BadUrl(String),
    /// A token would be sent where anybody can read it.
    #[error("{0} is not this machine: a token is sent over https only")]
    PlainHttp(String),
    /// Nobody there, or not what was expected.
    #[error("{0}")]
    Connection(String),
    /// The service refused.
    #[error("{status} {code}: {detail} {action}")]
    Problem {
        /// The status.
        status: u16,
        /// The kind of problem.
        code: String,
        /// What is wrong.
        detail: String,
        /// What to do.
        action: String,
    },
}

fn connection(err: impl std::fmt::Display) -> ClientError {
    ClientError::Connection(err.to_string())
}

/// Speaks to one service with one token.
pub struct Client {
    base: String,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    token: String,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Client {
    /// A client of the service at `url`.
    ///
    /// # Errors
    /// When the address is none, or the token would travel in the clear.
    pub fn new(url: &str, token: &str) -> Result<Client, ClientError> {
        let base = url.trim_end_matches('/').to_owned();
        let bad = || ClientError::BadUrl(base.clone());
        let uri: Uri = base.parse().map_err(|_| bad())?;
        let host = uri.host().ok_or_else(bad)?.trim_matches(['[', ']']).to_owned();
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
        let tls = match uri.scheme_str() {
            Some("https") => Some(connector()?),
            Some("http") if here => None,
            Some("http") => return Err(ClientError::PlainHttp(host)),
            _ => return Err(bad()),
        };
        let port = uri.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        Ok(Client { base, host, port, tls, token: token.trim().to_owned() })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When nobody answers, or the service refuses.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ClientError> {
        let response = self.answered(method, path, body, None).await?;
        read(response.into_body()).await
    }

    /// Sends a request and reads whatever is answered, a refusal too. A POST carries a key of its own.
    ///
    /// # Errors
    /// When nobody answers, or with more than a file may have.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClientError> {
        let response = self.sent(method, path, body, None).await?;
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let body = http_body_util::Limited::new(response.into_body(), FILE_MAX).collect().await;
        Ok(Answer { status, location, body: body.map_err(connection)?.to_bytes() })
    }

    /// Opens an event stream. None when there is nothing to come.
    ///
    /// # Errors
    /// When nobody answers, or the service refuses.
    pub async fn events(
        &self,
        path: &str,
        last_event_id: Option<&str>,
    ) -> Result<Option<Events>, ClientError> {
        let response = self.answered("GET", path, None, Some(last_event_id.unwrap_or(""))).await?;
        let over = response.status().as_u16() == 204;
        Ok((!over).then(|| Events { body: response.into_body(), text: String::new() }))
    }

    async fn answered(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        last_event_id: Option<&str>,
    ) -> Result<http::Response<Incoming>, ClientError> {
        let response = self.sent(method, path, body, last_event_id).await?;
        let status = response.status().as_u16();
        if (200..300).contains(&status) {
            return Ok(response);
        }
        let problem = read(response.into_body()).await.unwrap_or_default();
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        let (code, detail, action) = (text("code"), text("detail"), text("action"));
        Err(ClientError::Problem { status, code, detail, action })
    }

    async fn sent(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        last_event_id: Option<&str>,
    ) -> Result<http::Response<Incoming>, ClientError> {
        let stream = self.connect().await?;
        let io = TokioIo::new(stream);
        let (mut sender, driver) =
            hyper::client::conn::http1::handshake(io).await.map_err(connection)?;
        tokio::spawn(driver);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::HOST, format!("{}:{}", self.host, self.port));
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if body.is_some() {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", uuid::Uuid::new_v4().to_string());
        }
        if let Some(id) = last_event_id {
            request =
                request.header(header::ACCEPT, "text/event-stream").header("last-event-id", id);
        }
        let bytes = body.map_or(Bytes::new(), |it| it.to_string().into());
        let request = request.body(Full::new(bytes)).map_err(connection)?;
        sender.send_request(request).await.map_err(connection)
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, ClientError> {
        let socket = TcpStream::connect((self.host.as_str(), self.port)).await;
        let socket = socket.map_err(|err| connection(format!("{}: {err}", self.host)))?;
        let Some(tls) = &self.tls else { return Ok(Box::new(socket)) };
        let name = ServerName::try_from(self.host.clone()).map_err(connection)?;
        Ok(Box::new(tls.connect(name, socket).await.map_err(connection)?))
    }
}

/// TLS with the certificates that this machine trusts.
fn connector() -> Result<TlsConnector, ClientError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(connection)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn read(body: Incoming) -> Result<Value, ClientError> {
    let bytes = http_body_util::Limited::new(body, ANSWER_MAX).collect().await;
    let bytes = bytes.map_err(connection)?.to_bytes();
    serde_json::from_slice(&bytes).map_err(|_| connection("the answer is no JSON"))
}

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its kind.
    pub name: String,
    /// Its id, to go on from.
    pub id: String,
    /// What it says.
    pub data: Value,
}

/// An open event stream.
pub struct Events {
    body: Incoming,
    text: String,
}

impl Events {
    /// The next event; none when the stream has ended.
    ///
    /// # Errors
    /// When it broke off, or is not what was expected.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = event(block);
                self.text = rest.to_owned();
                match event {
                    Some(event) => return Ok(Some(event)),
                    None => continue,
                }
            }
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            if let Ok(data) = frame.map_err(connection)?.into_data() {
                self.text.push_str(&String::from_utf8_lossy(&data));
            }
            if ANSWER_MAX < self.text.len() {
                return Err(connection("an event without an end"));
            }
        }
    }
}

/// Comments and `retry` are no events.
fn event(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|it| it.strip_prefix(name)).map(str::trim);
    Some(Event {
        name: field("event:")?.to_owned(),
        id: field("id:").unwrap_or_default().to_owned(),
        data: serde_json::from_str(field("data:")?).ok()?,
    })
}

/// An event of the audit chain, as `GET /v1/audit/events` writes it.
pub fn chain_event(it: &Value) -> Option<EventLine> {
    let text = |name: &str| it[name].as_str().map(str::to_owned);
    Some(EventLine {
        tenant_id: i32::try_from(it["chain"].as_i64()?).ok()?,
        seq: it["seq"].as_i64()?,
        at: OffsetDateTime::parse(it["at"].as_str()?, &Rfc3339).ok()?,
        actor: it["actor"].as_str()?.parse().ok()?,
        action: text("action")?,
        object: text("object")?,
        detail: text("detail_text")?,
        previous_hash: hex::decode(it["previous_hash"].as_str()?).ok()?,
        hash: hex::decode(it["hash"].as_str()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Client, ClientError, event};

    #[test]
    fn a_token_does_not_leave_this_machine_in_the_clear() {
        for url in [
            "http://127.0.0.1:8080/",
            "http://localhost:1",
            "http://[::1]:8080",
            "https://x.example",
        ] {
            assert!(Client::new(url, "t").is_ok(), "{url}");
        }
        let plain = Client::new("http://shikiri.example", "t").err();
        assert!(matches!(plain, Some(ClientError::PlainHttp(_))));
        for url in ["", "shikiri.example", "ftp://x"] {
            assert!(matches!(Client::new(url, "t").err(), Some(ClientError::BadUrl(_))), "{url}");
        }
    }

    #[test]
    fn comments_and_retry_are_no_events() {
        assert_eq!(event(": still here"), None);
        assert_eq!(event("retry: 2000"), None);
        let it = event("event: ready\nid: 9.3\ndata: {\"state\":\"ready\"}").expect("one");
        assert_eq!((it.name.as_str(), it.id.as_str()), ("ready", "9.3"));
    }
}
