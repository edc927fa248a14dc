//! What stands around every request: its id, its route, its limits, and one shape for every failure.

use std::{any::Any, convert::Infallible, net::IpAddr};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::body::Incoming;
use tokio::time::Instant;
use tower::{ServiceBuilder, ServiceExt, util::BoxCloneSyncService};
use tower_http::{
    catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer,
    sensitive_headers::SetSensitiveRequestHeadersLayer,
};
use tracing::Instrument;
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::Response,
    app::App,
    call::Entry,
    language::Language,
    problem::{
        Code, FILE_TOO_LARGE, MEDIA_TYPE, METHOD_NOT_ALLOWED, NOT_FOUND, Problem, TIMEOUT,
        TOO_LARGE,
    },
    routes::{self, Found, Route},
    upload::UPLOAD_MAX,
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body on its way out.
pub(super) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// All handlers, behind the layers. Erased, or its type would be too long to send to a task.
pub(super) type Inner<B = Incoming> =
    BoxCloneSyncService<Request<B>, http::Response<Body>, Infallible>;

/// Puts the layers around the routes. `panicked` is told of every panic that was caught.
pub(super) fn layers<B>(
    routes: BoxedFilter<(Response,)>,
    panicked: impl Fn() + Clone + Send + Sync + 'static,
) -> Inner<B>
where
    B: http_body::Body<Data = Bytes> + Send + Sync + 'static,
    B::Error: Into<BoxError>,
{
    // The table has matched before: a rejection here is a fault of ours, and is never shown.
    let routes = routes.recover(|rejection: warp::Rejection| async move {
        tracing::error!(?rejection, "a route of the table has no handler");
        Ok::<_, Infallible>(StatusCode::INTERNAL_SERVER_ERROR)
    });
    let service = ServiceBuilder::new()
        .layer(SetSensitiveRequestHeadersLayer::new([header::AUTHORIZATION, header::COOKIE]))
        .map_response(|it: http::Response<_>| it.map(erase))
        .layer(CatchPanicLayer::custom(move |_: Box<dyn Any + Send>| {
            panicked();
            let mut response = http::Response::new(http_body_util::Empty::<Bytes>::new());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }))
        // The largest body that any route takes; `within` keeps each route to its own.
        .layer(RequestBodyLimitLayer::new(UPLOAD_MAX))
        .service(warp::service(routes));
    BoxCloneSyncService::new(service)
}

/// Answers one request.
pub(super) async fn answer(
    app: App,
    inner: Inner,
    table: &'static [Route],
    peer: IpAddr,
    mut request: Request<Incoming>,
) -> Result<http::Response<Body>, Infallible> {
    let (started, request_id) = (Instant::now(), Uuid::now_v7());
    let languages = request.headers().get(header::ACCEPT_LANGUAGE);
    let language = Language::of(languages.and_then(|it| it.to_str().ok()));
    let found = match request.method() {
        // Its target is no path, and nothing below knows what to do with it.
        &Method::CONNECT => Found::OtherMethods("GET, POST, PUT, DELETE".to_owned()),
        method => routes::find(table, method.as_str(), request.uri().path()),
    };
    let (method, path) = match found {
        Found::Route(it) => (it.method, it.path),
        _ => ("", "none"),
    };
    let span = tracing::info_span!("request", %request_id, method, route = path);
    let response = match found {
        Found::Route(route) => {
            let uri = request.uri();
            let (path, query) = (uri.path().to_owned(), uri.query().unwrap_or("").to_owned());
            let entry = Entry { request_id, route, path, query, language, peer };
            request.extensions_mut().insert(entry);
            let done = within(route, inner, request).instrument(span.clone()).await;
            let response =
                done.unwrap_or_else(|it| outward(it.into_response(language, request_id)));
            as_problem(response, language, request_id)
        }
        Found::OtherMethods(allow) => {
            let allow = HeaderValue::from_str(&allow);
            let mut problem = Problem::new(&METHOD_NOT_ALLOWED);
            if let Ok(allow) = allow {
                problem = problem.header(header::ALLOW, allow);
            }
            outward(problem.into_response(language, request_id))
        }
        Found::Nothing => outward(Problem::new(&NOT_FOUND).into_response(language, request_id)),
    };
    let took = started.elapsed();
    let status = response.status().as_u16();
    let code = response.extensions().get::<Code>().map_or("", |it| it.0);
    app.metrics.answered(method, path, status, took);
    if !code.is_empty() {
        app.metrics.problem(code);
    }
    // One line a request, with no path, query, header or name in it.
    tracing::info!(parent: &span, status, code, ms = took.as_millis() as u64, "answered");
    Ok(with_headers(response, request_id))
}

/// Keeps a request to the limits of its route. A body without its length is counted where it is read.
async fn within(
    route: &Route,
    inner: Inner,
    request: Request<Incoming>,
) -> Result<http::Response<Body>, Problem> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    let length = length.and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
    if (route.body_max() as u64) < length {
        return Err(Problem::new(if route.upload { &FILE_TOO_LARGE } else { &TOO_LARGE }));
    }
    let done = tokio::time::timeout(route.time_limit(), inner.oneshot(request)).await;
    let done = done.map_err(|_| Problem::new(&TIMEOUT))?;
    Ok(done.unwrap_or_else(|never| match never {}))
}

/// Turns what a layer answered into a problem of ours: theirs is empty or plain text.
fn as_problem(
    response: http::Response<Body>,
    language: Language,
    request_id: Uuid,
) -> http::Response<Body> {
    let status = response.status();
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let ours = media_type.is_some_and(|it| it == MEDIA_TYPE);
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    outward(Problem::of_status(status.as_u16()).into_response(language, request_id))
}

/// Headers of every answer.
fn with_headers(mut response: http::Response<Body>, request_id: Uuid) -> http::Response<Body> {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&request_id.to_string()) {
        headers.insert(HeaderName::from_static("request-id"), id);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn erase<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// The body of a handler's answer as the socket takes it.
pub(super) fn outward(response: Response) -> http::Response<Body> {
    response.map(erase)
}

/// Makes panics of this process say where they happened and nothing else: a message may hold a row.
///
/// For the process that serves; a test wants to read the message.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|it| format!("{}:{}", it.file(), it.line()));
        tracing::error!(place = place.as_deref().unwrap_or("unknown"), "a panic was caught");
    }));
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use bytes::Bytes;
    use http::Request;
    use http_body_util::{BodyExt, Full};
    use tower::ServiceExt;
    use uuid::Uuid;
    use warp::{Filter, Reply};

    use super::{as_problem, layers};
    use crate::http::language::Language;

    async fn told(routes: warp::filters::BoxedFilter<(super::Response,)>) -> (u16, String, usize) {
        let caught = Arc::new(AtomicUsize::new(0));
        let count = caught.clone();
        let inner = layers(routes, move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let response = inner.oneshot(Request::new(Full::new(Bytes::new()))).await.expect("answers");
        let response = as_problem(response, Language::En, Uuid::nil());
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.expect("reads").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (status, text, caught.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_without_its_message() {
        let routes = warp::any().then(async || -> super::Response { panic!("a customer's name") });
        let (status, text, caught) = told(routes.boxed()).await;
        assert_eq!((status, caught), (500, 1));
        assert!(text.contains(r#""code":"internal""#) && !text.contains("customer"), "{text}");
    }

    #[tokio::test]
    async fn a_rejection_is_our_own_fault_and_is_not_shown() {
        let routes = warp::path!("nowhere").map(|| "".into_response());
        let (status, text, caught) = told(routes.boxed()).await;
        assert_eq!((status, caught), (500, 0));
        assert!(text.contains(r#""code":"internal""#) && !text.contains("ejection"), "{text}");
    }

    #[tokio::test]
    async fn an_answer_of_a_handler_passes_as_it_is() {
        let routes = warp::any().map(|| "hello".into_response());
        assert_eq!(told(routes.boxed()).await, (200, "hello".to_owned(), 0));
    }
}
