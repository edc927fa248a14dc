//! The only place where an error becomes a status (RFC 9457).
//!
//! 4xx explains. 5xx is one fixed sentence and the request's id. Texts are ours, in two languages; text
//! of the database, and values that somebody sent, are in none of them.

mod causes;
mod kinds;
mod rules;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::{answer::Response, language::Language};

pub(super) use kinds::*;

/// Where in a request something is wrong, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// A JSON pointer into the body, or the name of a query parameter.
    pub place: Place,
    /// What must hold there, in English; `rules` has the Japanese.
    pub rule: &'static str,
    /// A code of its own, where a client may want to tell this rule from others.
    pub code: Option<&'static str>,
    /// Which character of the text, counted from 1 in code points.
    pub position: Option<usize>,
}

/// A place in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A JSON pointer (RFC 6901).
    Pointer(String),
    /// A query parameter or header.
    Name(&'static str),
}

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(super) struct Problem {
    kind: &'static Kind,
    members: Map<String, Value>,
    faults: Vec<Fault>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Why, for the log. Never sent.
    cause: Option<String>,
}

/// The kind of problem that an answer is, for the log and the metrics.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code(pub &'static str);

/// The media type of RFC 9457.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem as it is sent. Some kinds carry more members.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Body<'a> {
    /// `urn:shikiri:problem:<code>`.
    r#type: String,
    /// The kind of problem, in words.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong.
    detail: &'a str,
    /// What to do about it.
    action: &'a str,
    /// The kind of problem, stable.
    code: &'a str,
    /// `urn:uuid:` and the request's id; for 5xx only.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// Places that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FaultBody<'a>>,
    #[serde(flatten)]
    #[schema(ignore)]
    members: Map<String, Value>,
}

/// One place that is wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
pub(super) struct FaultBody<'a> {
    /// A JSON pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    /// A query parameter or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    /// What must hold there.
    rule: &'a str,
    /// A stable code of the rule, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    /// Which character of the text, counted from 1 in code points.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: &'static Kind) -> Problem {
        let mut headers = Vec::new();
        if kind.status == 401 {
            // RFC 6750, section 3: a caller who showed no token is not told of an error in it.
            let challenge = match kind.slug {
                "bad-credentials" | "unauthenticated" => r#"Bearer realm="shikiri""#,
                _ => r#"Bearer realm="shikiri", error="invalid_token""#,
            };
            headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge)));
        }
        let wait = match kind.slug {
            "idempotency-in-progress" | "database-unavailable" | "timeout" => Some("1"),
            "export-quota" | "watch-quota" | "watch-full" => Some("5"),
            _ => None,
        };
        headers.extend(wait.map(|it| (header::RETRY_AFTER, HeaderValue::from_static(it))));
        Problem { kind, members: Map::new(), faults: Vec::new(), headers, cause: None }
    }

    /// Adds a member: a fact that its reader may have.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds places that are wrong.
    pub fn at(mut self, faults: impl IntoIterator<Item = Fault>) -> Problem {
        self.faults.extend(faults);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.headers.push((name, value));
        self
    }

    /// Remembers why, for the log.
    pub fn because(mut self, cause: impl std::fmt::Display) -> Problem {
        self.cause = Some(cause.to_string());
        self
    }

    /// The kind of it, as it is sent.
    pub fn code(&self) -> &'static str {
        self.kind.slug
    }

    /// The kind of it.
    #[cfg(test)]
    pub fn slug(&self) -> &'static str {
        self.kind.slug
    }

    /// Makes the answer. What is our own fault is logged here, once, with its cause.
    pub fn into_response(self, language: Language, request_id: Uuid) -> Response {
        let kind = self.kind;
        let ours = 500 <= kind.status;
        if ours {
            let cause = self.cause.as_deref().unwrap_or("");
            tracing::error!(%request_id, code = kind.slug, cause, "a request failed");
        }
        let errors = self.faults.iter().map(|it| it.body(language)).collect();
        let body = Body {
            r#type: format!("urn:shikiri:problem:{}", kind.slug),
            title: kind.title.say(language),
            status: kind.status,
            detail: kind.detail.say(language),
            action: kind.action.say(language),
            code: kind.slug,
            instance: ours.then(|| format!("urn:uuid:{request_id}")),
            errors,
            members: self.members,
        };
        // Maps with text keys and plain values: nothing in it can fail to serialize.
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = Response::new(bytes.into());
        *response.status_mut() =
            StatusCode::from_u16(kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.extensions_mut().insert(Code(kind.slug));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}

impl Fault {
    /// A place in the body.
    pub fn pointer(pointer: impl Into<String>, rule: &'static str) -> Fault {
        Fault { place: Place::Pointer(pointer.into()), rule, code: None, position: None }
    }

    /// A character of a text in the body that no font can draw. Which it is, the sender knows; it is not repeated.
    pub fn no_glyph(pointer: impl Into<String>, position: usize) -> Fault {
        let rule = "must have no character that our fonts cannot print";
        let (code, position) = (Some("no_glyph"), Some(position));
        Fault { code, position, ..Fault::pointer(pointer, rule) }
    }

    /// A query parameter or header.
    pub fn name(name: &'static str, rule: &'static str) -> Fault {
        Fault { place: Place::Name(name), rule, code: None, position: None }
    }

    fn body(&self, language: Language) -> FaultBody<'_> {
        let (pointer, parameter) = match &self.place {
            Place::Pointer(it) => (Some(it.as_str()), None),
            Place::Name(it) => (None, Some(*it)),
        };
        let (code, position) = (self.code, self.position);
        FaultBody { pointer, parameter, rule: rules::say(self.rule, language), code, position }
    }
}

#[cfg(test)]
mod tests;
