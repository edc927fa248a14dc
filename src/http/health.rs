//! `/livez` and `/readyz`: does the process run, and is the wall the one that was deployed.

use std::time::{Duration, Instant};

use http::StatusCode;
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    domain,
    http::{
        answer::{Answer, Response, json},
        app::App,
        call::{self, Call},
        problem::{NOT_READY, Problem},
    },
    statements::wall::{AskWallState, WallState},
};

/// How long an answer of the database is believed: anybody may ask, and the digest costs it some work.
const BELIEVED: Duration = Duration::from_secs(1);

/// Differences of the wall that are named.
const NAMED_MAX: usize = 20;

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Check {
    /// Its name: database, wall, source or server.
    name: &'static str,
    /// Whether it holds.
    ok: bool,
    /// What was found.
    found: String,
}

/// Whether requests can be served.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ready {
    /// `ready`.
    status: &'static str,
    /// What was looked at.
    checks: Vec<Check>,
}

/// Whether the process runs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Live {
    /// `live`.
    status: &'static str,
}

/// What `/readyz` compares with.
pub(super) struct Health {
    source_digest: Option<String>,
    accept_old_postgres: bool,
    last: Mutex<Option<(Instant, Vec<Check>)>>,
}

impl Health {
    pub fn new(source_digest: Option<String>, accept_old_postgres: bool) -> Health {
        Health { source_digest, accept_old_postgres, last: Mutex::default() }
    }

    /// What does not hold, one line each.
    pub async fn broken(&self, app: &App) -> Vec<String> {
        let checks = self.look(app).await;
        checks.iter().filter(|it| !it.ok).map(|it| format!("{}: {}", it.name, it.found)).collect()
    }

    /// Looks, or remembers what it saw a moment ago.
    async fn look(&self, app: &App) -> Vec<Check> {
        let mut last = self.last.lock().await;
        if let Some((at, checks)) = &*last
            && at.elapsed() < BELIEVED
        {
            return checks.clone();
        }
        let checks = match app.pool.call(&AskWallState {}).await.map(|mut it| it.pop()) {
            Ok(Some(state)) => self.compare(&state),
            Ok(None) => vec![check("database", false, "gave no answer")],
            Err(err) => {
                tracing::warn!(%err, "the database could not be asked for its wall");
                vec![check("database", false, "not reachable, or its wall is not in place")]
            }
        };
        *last = Some((Instant::now(), checks.clone()));
        checks
    }

    fn compare(&self, state: &WallState) -> Vec<Check> {
        let wall = match &state.deployed_digest {
            Some(it) if *it == state.live_digest => check("wall", true, "as deployed"),
            Some(_) => check("wall", false, changed(&state.differences)),
            None => check("wall", false, "never deployed"),
        };
        let source = match (&self.source_digest, &state.source_digest) {
            (None, _) => check("source", true, "not compared: this program was given no digest"),
            (Some(ours), Some(theirs)) if ours == theirs => {
                check("source", true, "the program's own")
            }
            _ => check("source", false, "another sql/ was deployed than this program's"),
        };
        vec![
            check("database", true, "reachable"),
            wall,
            source,
            check("seal", true, format!("by {}", state.seal)),
            self.server(state.server_version_num),
        ]
    }

    fn server(&self, number: i32) -> Check {
        let version = format!("PostgreSQL {}", domain::version(number));
        match (domain::has_fixes(number), self.accept_old_postgres) {
            (true, _) => check("server", true, version),
            (false, true) => {
                check("server", true, format!("{version}, below the security floor, accepted"))
            }
            (false, false) => {
                check("server", false, format!("{version}, below the security floor"))
            }
        }
    }
}

fn check(name: &'static str, ok: bool, found: impl Into<String>) -> Check {
    Check { name, ok, found: found.into() }
}

/// Names and kinds, no content: whoever may ask whether the service is ready reads it.
fn changed(differences: &[String]) -> String {
    if differences.is_empty() {
        return "changed since it was deployed".to_owned();
    }
    let named = differences[..differences.len().min(NAMED_MAX)].join("; ");
    let rest = differences.len().saturating_sub(NAMED_MAX);
    let rest = if rest == 0 { String::new() } else { format!("; and {rest} more") };
    format!("changed since it was deployed: {named}{rest}")
}

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let live = warp::path!("livez").and(warp::get()).and(arrival.clone());
    let ready = warp::path!("readyz").and(warp::get()).and(arrival);
    live.then(|it| call::open(it, livez))
        .or(ready.then(|it| call::open(it, readyz)))
        .unify()
        .boxed()
}

#[utoipa::path(get, path = "/livez", responses((status = 200, body = Live)))]
pub(super) async fn livez(_: Call) -> Answer {
    json(StatusCode::OK, &Live { status: "live" })
}

#[utoipa::path(get, path = "/readyz", responses((status = 200, body = Ready)))]
pub(super) async fn readyz(call: Call) -> Answer {
    let checks = call.app.health.look(&call.app).await;
    if checks.iter().all(|it| it.ok) {
        return json(StatusCode::OK, &Ready { status: "ready", checks });
    }
    let failed: Vec<&str> = checks.iter().filter(|it| !it.ok).map(|it| it.name).collect();
    let cause = failed.join(", ");
    let members = serde_json::to_value(&checks).unwrap_or_default();
    Err(Problem::new(&NOT_READY).with("checks", members).because(cause))
}

#[cfg(test)]
mod tests {
    use super::{Health, changed};
    use crate::statements::wall::WallState;

    fn state(live: &str, deployed: Option<&str>, source: &str, number: i32) -> WallState {
        WallState {
            live_digest: live.to_owned(),
            deployed_digest: deployed.map(str::to_owned),
            source_digest: Some(source.to_owned()),
            differences: Vec::new(),
            server_version_num: number,
            seal: "parameter".to_owned(),
        }
    }

    #[test]
    fn each_check_fails_for_its_own_reason() {
        let health = Health::new(Some("s".to_owned()), false);
        let failed = |state| -> Vec<&str> {
            health.compare(&state).into_iter().filter(|it| !it.ok).map(|it| it.name).collect()
        };
        assert!(failed(state("w", Some("w"), "s", 150_020)).is_empty());
        assert_eq!(failed(state("x", Some("w"), "s", 150_020)), ["wall"]);
        assert_eq!(failed(state("w", None, "s", 150_020)), ["wall"]);
        assert_eq!(failed(state("w", Some("w"), "t", 150_020)), ["source"]);
        assert_eq!(failed(state("w", Some("w"), "s", 150_019)), ["server"]);
    }

    #[test]
    fn what_differs_is_said_and_how_much_more() {
        let two = ["role mallory is new".to_owned(), "rule shikiri.slip r is new".to_owned()];
        let found = changed(&two);
        assert_eq!(
            found,
            "changed since it was deployed: role mallory is new; rule shikiri.slip r is new"
        );
        let many: Vec<String> = (0..23).map(|n| format!("role r{n} is new")).collect();
        assert!(changed(&many).ends_with("role r19 is new; and 3 more"));
    }

    #[test]
    fn an_accepted_old_server_is_said() {
        let check = Health::new(None, true).server(150_007);
        assert!(check.ok && check.found.contains("below the security floor"), "{check:?}");
    }
}
