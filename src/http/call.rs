//! From a matched route to its handler: who calls, how often, with which parameters.

use std::{future::Future, net::IpAddr, pin::Pin};

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{Answer, Response},
        app::App,
        exports::event_token,
        language::Language,
        names,
        params::Params,
        problem::{INTERNAL, Problem, RATE_LIMITED, TENANT_NOT_SELECTABLE},
        rate::Taken,
        routes::{Auth, Route},
    },
};

/// What the accept loop found out about a request before any filter ran.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub request_id: Uuid,
    pub route: &'static Route,
    pub path: String,
    pub query: String,
    pub language: Language,
    pub peer: IpAddr,
}

type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send + Sync>>;

/// A request whose route matched; nothing of it was looked at.
pub(super) struct Arrival {
    app: App,
    entry: Option<Entry>,
    headers: HeaderMap,
    body: BodyStream,
}

/// A request that its handler may work on.
pub(super) struct Call {
    pub app: App,
    pub entry: Entry,
    pub headers: HeaderMap,
    pub params: Params,
    pub body: BodyStream,
}

/// Takes a request apart. Stands behind path and method, and matches everything.
pub(super) fn arrival(app: &App) -> BoxedFilter<(Arrival,)> {
    let app = app.clone();
    warp::any()
        .map(move || app.clone())
        .and(warp::ext::optional::<Entry>())
        .and(warp::header::headers_cloned())
        .and(warp::body::stream())
        .map(|app, entry, headers, body| {
            let body = bytes_of(body);
            Arrival { app, entry, headers, body }
        })
        .boxed()
}

fn bytes_of<B: Buf>(
    body: impl Stream<Item = Result<B, warp::Error>> + Send + Sync + 'static,
) -> BodyStream {
    Box::pin(body.map(|it| it.map(|mut chunk| chunk.copy_to_bytes(chunk.remaining()))))
}

/// Runs the handler of an open route.
pub(super) async fn open<H, F>(arrival: Arrival, handler: H) -> Response
where
    H: FnOnce(Call) -> F,
    F: Future<Output = Answer>,
{
    let (language, request_id) = arrival.told();
    let answer = match arrival.admit(Auth::Open) {
        Ok(call) => handler(call).await,
        Err(problem) => Err(problem),
    };
    answer.unwrap_or_else(|problem| problem.into_response(language, request_id))
}

/// Runs the handler of a route that needs a session.
pub(super) async fn sealed<H, F>(arrival: Arrival, handler: H) -> Response
where
    H: FnOnce(Call, VerifiedSession) -> F,
    F: Future<Output = Answer>,
{
    let session = arrival.bearer();
    known(arrival, session, handler).await
}

/// The same for a route that also takes an event token, where no header can be sent.
pub(super) async fn watching<H, F>(arrival: Arrival, handler: H) -> Response
where
    H: FnOnce(Call, VerifiedSession) -> F,
    F: Future<Output = Answer>,
{
    let session = match arrival.event_token() {
        Some(token) if !arrival.headers.contains_key(header::AUTHORIZATION) => {
            event_token::open(&arrival.app, arrival.path(), &token)
        }
        // With both, the header says who it is; the token is spent as well.
        _ => arrival.bearer(),
    };
    known(arrival, session, handler).await
}

/// Runs the handler for one who is known, within the tenant's limits.
async fn known<H, F>(
    arrival: Arrival,
    session: Result<VerifiedSession, Problem>,
    handler: H,
) -> Response
where
    H: FnOnce(Call, VerifiedSession) -> F,
    F: Future<Output = Answer>,
{
    let (language, request_id) = arrival.told();
    let app = arrival.app.clone();
    let session = match session {
        Ok(session) => session,
        Err(problem) => return problem.into_response(language, request_id),
    };
    let taken = app.tenants.take(session.tenant_id());
    let answer = match (taken.allowed, arrival.admit(Auth::Session)) {
        (true, Ok(call)) => handler(call, session).await,
        (true, Err(problem)) => Err(problem),
        (false, _) => Err(too_many(&taken)),
    };
    let mut response = answer.unwrap_or_else(|problem| problem.into_response(language, request_id));
    tell_limits(&mut response, &taken);
    response
}

impl Arrival {
    fn told(&self) -> (Language, Uuid) {
        self.entry.as_ref().map_or((Language::En, Uuid::nil()), |it| (it.language, it.request_id))
    }

    /// The session of the bearer token.
    fn bearer(&self) -> Result<VerifiedSession, Problem> {
        Ok(self.app.callers.verify(&self.app.keys, &self.headers, self.app.now())?)
    }

    /// The event token among the parameters. What else is wrong with them is found later.
    fn event_token(&self) -> Option<String> {
        let entry = self.entry.as_ref()?;
        let params = Params::read(&entry.query, entry.route.param_names()).ok()?;
        params.get("et").map(str::to_owned)
    }

    fn path(&self) -> &str {
        self.entry.as_ref().map_or("", |it| it.path.as_str())
    }

    /// Checks all that the table says about the route.
    fn admit(self, auth: Auth) -> Result<Call, Problem> {
        let Arrival { app, entry, headers, body } = self;
        let entry = entry.ok_or_else(|| Problem::new(&INTERNAL).because("no entry"))?;
        let route = entry.route;
        if route.auth != auth {
            return Err(Problem::new(&INTERNAL).because("route and handler differ"));
        }
        if headers.keys().any(chooses_tenant) {
            return Err(Problem::new(&TENANT_NOT_SELECTABLE));
        }
        let params = Params::read(&entry.query, route.param_names())?;
        Ok(Call { app, entry, headers, params, body })
    }
}

impl Call {
    /// The line of the table that matched.
    pub fn route(&self) -> &'static Route {
        self.entry.route
    }
}

/// `X-Tenant`, `X-Tenant-Id`, `Tenant`, `Shikiri-Tenant` and their like.
fn chooses_tenant(name: &HeaderName) -> bool {
    let name = name.as_str();
    let plain = name.strip_prefix("x-").or(name.strip_prefix("shikiri-")).unwrap_or(name);
    names::names_a_tenant(plain) || name.starts_with("x-tenant")
}

/// The refusal of one who asked too often.
pub(super) fn too_many(taken: &Taken) -> Problem {
    Problem::new(&RATE_LIMITED).header(header::RETRY_AFTER, HeaderValue::from(taken.retry_after_s))
}

/// draft-ietf-httpapi-ratelimit-headers: what is left, and what there is.
fn tell_limits(response: &mut Response, taken: &Taken) {
    let headers = response.headers_mut();
    for (name, text) in [
        ("ratelimit", format!(r#""tenant";r={};t={}"#, taken.remaining, taken.refill_s)),
        ("ratelimit-policy", format!(r#""tenant";q={};w={}"#, taken.burst, taken.window_s)),
    ] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::chooses_tenant;

    #[test]
    fn a_header_that_would_choose_a_tenant_is_seen() {
        for name in ["x-tenant", "x-tenant-id", "x-tenantcode", "tenant-id", "shikiri-tenant"] {
            assert!(chooses_tenant(&HeaderName::from_static(name)), "{name}");
        }
        for name in ["authorization", "x-request-id", "x-forwarded-for"] {
            assert!(!chooses_tenant(&HeaderName::from_static(name)), "{name}");
        }
    }
}
