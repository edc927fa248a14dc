//! Every route there is: the one table behind 404, 405, parameters, authentication, metrics and OpenAPI.

use crate::domain::SlipFilter;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Anybody.
    Open,
    /// Whoever shows a token of a living session.
    Session,
}

/// One route.
#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path; `{id}` stands for one segment.
    pub path: &'static str,
    /// Who may call it.
    pub auth: Auth,
    /// The query parameters it takes. Any other one is refused.
    pub params: &'static [&'static [&'static str]],
    /// Whether it needs an `Idempotency-Key`.
    pub keyed: bool,
    /// What it does, in a sentence.
    pub summary: &'static str,
}

const fn route(
    method: &'static str,
    path: &'static str,
    auth: Auth,
    summary: &'static str,
) -> Route {
    Route { method, path, auth, params: &[], keyed: false, summary }
}

impl Route {
    const fn with(mut self, params: &'static [&'static [&'static str]]) -> Route {
        self.params = params;
        self
    }

    const fn keyed(mut self) -> Route {
        self.keyed = true;
        self
    }

    /// The names of its query parameters.
    pub fn param_names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.params.iter().flat_map(|it| it.iter().copied())
    }
}

/// The parameters of every list.
pub(super) const PAGING: &[&str] = &["limit", "cursor"];

use Auth::{Open, Session};

/// Every route there is. A literal path stands before one with `{id}` that it would also match.
pub const ROUTES: &[Route] = &[
    route("POST", "/v1/sessions", Open, "Log in."),
    route("GET", "/v1/sessions", Session, "List living sessions."),
    route("DELETE", "/v1/sessions/current", Session, "Log out."),
    route("POST", "/v1/sessions/current/refresh", Session, "Get a fresh token."),
    route("DELETE", "/v1/sessions/{id}", Session, "End a session."),
    route("GET", "/v1/me", Session, "Tell who is calling, and for which biller."),
    route("PUT", "/v1/me/password", Session, "Change one's own password."),
    route("GET", "/v1/users", Session, "List the biller's users."),
    route("POST", "/v1/users", Session, "Add a user, as a tenant-admin.").keyed(),
    route("PUT", "/v1/users/{id}/password", Session, "Set a user's password, as a tenant-admin."),
    route("GET", "/v1/slips", Session, "List payment slips.")
        .with(&[SlipFilter::CONDITIONS, PAGING]),
    route("POST", "/v1/slips", Session, "Register payment slips, all or none.").keyed(),
    route("GET", "/v1/slips/{id}", Session, "Get one payment slip."),
    route("GET", "/v1/exports", Session, "List exports, the latest first.").with(&[PAGING]),
    route("POST", "/v1/exports", Session, "Order an export.").keyed(),
    route("GET", "/v1/exports/{id}", Session, "Tell where an export stands."),
    route("GET", "/v1/exports/{id}/file", Session, "Fetch the file of a released export."),
    route("DELETE", "/v1/exports/{id}", Session, "End the time of a released file early."),
    route("GET", "/v1/exports/{id}/certificate", Session, "Get the certificate of a release."),
    route("POST", "/v1/exports/{id}/links", Session, "Make a link that fetches the file once."),
    route("POST", "/v1/exports/{id}/recall", Session, "Take a file back, with its reprints."),
    route("POST", "/v1/exports/{id}/reprint", Session, "Print pages of a file again.").keyed(),
    route("GET", "/d/{id}", Open, "Fetch the file behind a link."),
    route("GET", "/.well-known/jwks.json", Open, "Publish the keys of certificates."),
    route("GET", "/v1/openapi.json", Open, "Describe this API."),
    route("GET", "/livez", Open, "Say that the process runs."),
    route("GET", "/readyz", Open, "Say whether requests can be served, and why not."),
];

/// Every route of the admin listener.
pub(super) const ADMIN_ROUTES: &[Route] = &[
    route("GET", "/metrics", Open, "Numbers in the OpenMetrics format."),
    route("GET", "/livez", Open, "Say that the process runs."),
    route("GET", "/readyz", Open, "Say whether requests can be served, and why not."),
];

/// What the table says about a method and a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A route.
    Route(&'static Route),
    /// The path exists, the method does not; these do.
    OtherMethods(String),
    /// Nothing.
    Nothing,
}

/// Looks a request up. A path is matched as it was sent: no decoding, no trailing slash.
pub(super) fn find(table: &'static [Route], method: &str, path: &str) -> Found {
    let mut allowed = Vec::new();
    // `/v1/sessions/current` is also a `/v1/sessions/{id}`: the first path that matches is the one meant.
    let Some(first) = table.iter().find(|it| matches(it.path, path)) else {
        return Found::Nothing;
    };
    for route in table.iter().filter(|it| it.path == first.path) {
        if route.method == method {
            return Found::Route(route);
        }
        allowed.push(route.method);
    }
    Found::OtherMethods(allowed.join(", "))
}

fn matches(template: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let mut wanted = template.split('/');
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return true,
            (Some("{id}"), Some(part)) if !part.is_empty() => {}
            (Some(wanted), Some(part)) if wanted == part => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, ROUTES};

    fn find(method: &str, path: &str) -> Found {
        super::find(ROUTES, method, path)
    }

    #[test]
    fn every_route_finds_itself() {
        for route in ROUTES {
            assert_eq!(find(route.method, &route.path.replace("{id}", "x")), Found::Route(route));
        }
    }

    #[test]
    fn a_known_path_names_its_methods_and_an_unknown_one_is_nothing() {
        assert_eq!(find("PATCH", "/v1/slips"), Found::OtherMethods("GET, POST".to_owned()));
        assert_eq!(find("GET", "/v1/sessions/current"), Found::OtherMethods("DELETE".to_owned()));
        for path in ["/v1/slips/", "/v1/slip", "//v1/slips", "/v1/slips/a/b", "/V1/slips", "", "/"]
        {
            assert_eq!(find("GET", path), Found::Nothing, "{path}");
        }
    }
}
