//! Numbers for whoever runs the service. No label holds a tenant, a user or an id.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use crate::http::app::App;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: &'static str,
    class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Served {
    method: &'static str,
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// Counters of this process.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Served, Histogram>,
    problems: Family<Kind, Counter>,
    logins: Family<Outcome, Counter>,
    orders: Family<Outcome, Counter>,
    fetches: Family<Outcome, Counter>,
    trips: Counter,
    panics: Counter,
    connections: Gauge,
    watchers: Gauge,
    pool: Family<Outcome, Gauge>,
    exports: Family<Outcome, Gauge>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut it = Metrics {
            registry: Registry::default(),
            requests: Family::default(),
            // From 1 ms to about 33 s, past the time limit of a request.
            seconds: Family::new_with_constructor(|| {
                Histogram::new(exponential_buckets(0.001, 2.0, 16))
            }),
            problems: Family::default(),
            logins: Family::default(),
            orders: Family::default(),
            fetches: Family::default(),
            trips: Counter::default(),
            panics: Counter::default(),
            connections: Gauge::default(),
            watchers: Gauge::default(),
            pool: Family::default(),
            exports: Family::default(),
        };
        let mut registry = Registry::with_prefix("shikiri");
        registry.register("requests", "Answers by route and status class", it.requests.clone());
        registry.register("request_seconds", "Time to the head of an answer", it.seconds.clone());
        registry.register("problems", "Problems by code", it.problems.clone());
        registry.register("logins", "Logins by outcome", it.logins.clone());
        registry.register("export_orders", "Orders of exports by outcome", it.orders.clone());
        registry.register("export_fetches", "Fetches of files by outcome", it.fetches.clone());
        registry.register("trips", "A row of another tenant was met and stopped", it.trips.clone());
        registry.register("panics", "Handlers that panicked", it.panics.clone());
        registry.register("connections", "Open client connections", it.connections.clone());
        registry.register("watchers", "Open event streams", it.watchers.clone());
        registry.register("pool_connections", "Connections to Postgres", it.pool.clone());
        registry.register("exports_here", "Exports of this process", it.exports.clone());
        it.registry = registry;
        it
    }
}

impl Metrics {
    /// Counts an answer. `route` is the table's own text, never what was sent.
    pub fn answered(&self, method: &'static str, route: &'static str, status: u16, took: Duration) {
        let class = match status {
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500..600 => "5xx",
            _ => "other",
        };
        self.requests.get_or_create(&Request { method, route, class }).inc();
        self.seconds.get_or_create(&Served { method, route }).observe(took.as_secs_f64());
    }

    /// Counts a problem.
    pub fn problem(&self, kind: &'static str) {
        self.problems.get_or_create(&Kind { kind }).inc();
        if kind == "isolation-tripped" {
            self.trips.inc();
        }
    }

    /// Counts a login.
    pub fn login(&self, outcome: &'static str) {
        self.logins.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts an order of an export.
    pub fn order(&self, outcome: &'static str) {
        self.orders.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a fetch of a file.
    pub fn fetch(&self, outcome: &'static str) {
        self.fetches.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a panic.
    pub fn panicked(&self) {
        self.panics.inc();
    }

    /// The gauge of open client connections.
    pub fn connections(&self) -> &Gauge {
        &self.connections
    }

    /// All numbers in the OpenMetrics text format.
    pub fn text(&self, app: &App) -> String {
        let set = |family: &Family<Outcome, Gauge>, outcome, value: usize| {
            family
                .get_or_create(&Outcome { outcome })
                .set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        let (size, idle, waiting) = app.pool.gauge();
        set(&self.pool, "open", size);
        set(&self.pool, "idle", idle);
        set(&self.pool, "awaited", waiting);
        self.watchers.set(i64::try_from(app.watchers.open()).unwrap_or(i64::MAX));
        let (queued, running) = app.exporter.gauge();
        set(&self.exports, "queued", queued);
        set(&self.exports, "running", running);
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            // Writing to a String does not fail.
            Err(std::fmt::Error) => String::new(),
        }
    }
}
