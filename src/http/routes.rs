//! Every route there is: the one table behind 404, 405, parameters, authentication, metrics and OpenAPI.

use std::time::Duration;

use crate::{
    domain::SlipFilter,
    http::{body::BODY_MAX, payments, slip_imports, slips, upload::UPLOAD_MAX},
};

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
    /// Whether it changes something that has a tag, and needs an `If-Match`.
    pub conditional: bool,
    /// Whether its body is a file.
    pub upload: bool,
    /// What it does, in a sentence.
    pub summary: &'static str,
}

const fn route(
    method: &'static str,
    path: &'static str,
    auth: Auth,
    summary: &'static str,
) -> Route {
    Route {
        method,
        path,
        auth,
        params: &[],
        keyed: false,
        conditional: false,
        upload: false,
        summary,
    }
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

    const fn conditional(mut self) -> Route {
        self.conditional = true;
        self
    }

    const fn upload(mut self) -> Route {
        self.upload = true;
        self
    }

    /// Bytes of its body at most.
    pub(super) fn body_max(&self) -> usize {
        if self.upload { UPLOAD_MAX } else { BODY_MAX }
    }

    /// How long it may take to the head of its answer. A file of 20 MiB comes over a slow line too.
    pub(super) fn time_limit(&self) -> Duration {
        Duration::from_secs(if self.upload { 120 } else { 30 })
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
    route("GET", "/v1/slips", Session, "List payment slips.").with(&[
        SlipFilter::CONDITIONS,
        slips::list::PARAMS,
        PAGING,
    ]),
    route("POST", "/v1/slips", Session, "Register payment slips, all or none.").keyed(),
    route("GET", "/v1/slips/{id}", Session, "Get one payment slip."),
    route("POST", "/v1/slips/{id}/reissue", Session, "Issue a payment slip again.")
        .keyed()
        .conditional(),
    route("POST", "/v1/slips/{id}/void", Session, "Take a payment slip back.")
        .keyed()
        .conditional(),
    route("GET", "/v1/slips/{id}/events", Session, "Tell what happened to a payment slip."),
    route("POST", "/v1/slip-imports", Session, "Register the slips of a file, all or none.")
        .with(&[slip_imports::PARAMS])
        .keyed()
        .upload(),
    route("GET", "/v1/slip-imports/{id}", Session, "Tell what came of a file of slips."),
    route("GET", "/v1/slip-imports/{id}/errors.csv", Session, "Fetch what is wrong in a file."),
    route("POST", "/v1/payment-imports", Session, "Take a settlement file in, all or nothing.")
        .with(&[payments::import::PARAMS])
        .keyed()
        .upload(),
    route("GET", "/v1/payment-imports", Session, "List the settlement files that were taken in.")
        .with(&[PAGING]),
    route("GET", "/v1/payment-imports/{id}", Session, "Tell what came of a settlement file."),
    route("GET", "/v1/payments/exceptions", Session, "List payments to be looked at.")
        .with(&[payments::exceptions::PARAMS, PAGING]),
    route(
        "POST",
        "/v1/previews",
        Session,
        "Tell what an export would hold, and give a token for it.",
    ),
    route("GET", "/v1/exports", Session, "List exports, the latest first.").with(&[PAGING]),
    route("POST", "/v1/exports", Session, "Order an export.").keyed(),
    route("GET", "/v1/exports/{id}", Session, "Tell where an export stands."),
    route("GET", "/v1/exports/{id}/file", Session, "Fetch the file of a released export."),
    route("GET", "/v1/exports/{id}/events", Session, "Watch an export until it has ended.")
        .with(&[&["et"]]),
    route("POST", "/v1/exports/{id}/event-tokens", Session, "Get a token for one event stream."),
    route("POST", "/v1/exports/{id}/cancel", Session, "Stop an export, now or behind a page."),
    route("POST", "/v1/exports/{id}/print-reports", Session, "Tell up to which page was printed.")
        .keyed(),
    route("GET", "/v1/audit/events", Session, "List the audit chain, as a tenant-admin.")
        .with(&[&["actor", "action", "object", "from", "to"], PAGING]),
    route("POST", "/v1/barcode/verify", Session, "Read the 44 digits of a slip."),
    route("DELETE", "/v1/exports/{id}", Session, "End the time of a released file early."),
    route("GET", "/v1/exports/{id}/certificate", Session, "Get the certificate of a release."),
    route(
        "GET",
        "/v1/exports/{id}/manifest",
        Session,
        "List the pages and row digests of an export.",
    ),
    route("POST", "/v1/exports/{id}/links", Session, "Make a link that fetches the file once."),
    route("POST", "/v1/exports/{id}/recall", Session, "Take a file back, with its reprints."),
    route("POST", "/v1/exports/{id}/reprint", Session, "Print pages of a file again.").keyed(),
    route(
        "POST",
        "/v1/page-codes/resolve",
        Session,
        "Tell which page a code is of, and who was sent it.",
    ),
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
