//! What is measured: servers in processes of their own, and the tokens each of them believes.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;
use shikiri::{
    auth::{Envelope, KeyRing},
    statements::sessions::Opened,
};

use crate::ground::Res;

/// What the peer signs its tokens with.
pub const PEER_SECRET: &str = "a secret of at least thirty-two bytes";

/// Whose tokens a server believes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// Ours, with the session's secret.
    Session,
    /// Ours, with the tenant where the secret would be: the patched build takes it for its filter.
    Tenant,
    /// The peer's own: HS256.
    Peer,
}

/// A server in its own process. Dropped, it is ended.
pub struct Target {
    pub name: &'static str,
    pub address: String,
    pub tokens: Tokens,
    child: Child,
}

impl Target {
    /// Starts a server and waits for its address.
    pub fn start(name: &'static str, tokens: Tokens, program: &str, args: &[&str]) -> Res<Target> {
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|err| format!("{program}: {err}"))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let address = line.trim().to_owned();
        if address.is_empty() {
            return Err(format!("{name} did not start").into());
        }
        Ok(Target { name, address, tokens, child })
    }

    /// The id of its process.
    pub fn process(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A token for a session, good for five minutes from now.
pub fn token(tokens: Tokens, keys: &KeyRing, opened: &Opened) -> Res<String> {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let tenant = opened.tenant_id.0;
    if tokens == Tokens::Peer {
        let claims = json!({ "tid": tenant, "exp": now + 300, "sub": opened.user_id.0 });
        let key = EncodingKey::from_secret(PEER_SECRET.as_bytes());
        return Ok(jsonwebtoken::encode(&Header::default(), &claims, &key)?);
    }
    let in_its_place = format!("{tenant:064}");
    let envelope = Envelope {
        secret: if tokens == Tokens::Session { &opened.secret } else { &in_its_place },
        session_id: opened.session_id,
        user_id: opened.user_id,
        tenant_id: opened.tenant_id,
        role: opened.role,
    };
    Ok(keys.sign(&envelope, now)?)
}
