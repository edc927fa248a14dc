//! Who asks: each login by its own door, the owner of the tables behind the same policies, and who writes in their name.

use shikiri::dba::catalog::Login;

use super::{field::Field, rng::Rng};
use crate::attacks::Wire;

/// Somebody whom the policies hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A person's session, as the application has it.
    App,
    /// The application with the ticket of an export: it reads, and a person's own business it does not.
    Export,
    /// The checker with its ticket.
    Checker,
    /// The owner of the tables, who can never log in: a superuser enters by A's session and takes the role.
    Owner,
    /// The keeper of the doors, in the same way.
    Keeper,
    /// The application's role, taken by a superuser who entered: afterwards he can look at what it did.
    AppWatched,
}

/// Tables that the policies keep from an export, whoever's it is. Said here and not read: a missing policy is found out.
const PERSONS_OWN: &[&str] = &[
    "audit_event",
    "idempotency_record",
    "payment_event",
    "payment_import",
    "slip_import",
    "slip_import_fault",
];

impl Who {
    pub fn role(self) -> &'static str {
        match self {
            Who::App | Who::Export | Who::AppWatched => "shikiri_app",
            Who::Checker => "shikiri_checker",
            Who::Owner => "shikiri_owner",
            Who::Keeper => "shikiri_keeper",
        }
    }

    /// Whether a relation is one of those whose rows this one is not shown though they are A's.
    pub fn is_kept_from(self, relation: &str) -> bool {
        self == Who::Export
            && PERSONS_OWN.iter().any(|it| relation.strip_prefix("shikiri.") == Some(it))
    }

    pub async fn connect(self, field: &Field) -> Wire {
        let url = match self {
            Who::App | Who::Export => field.target.app.clone(),
            Who::Checker => field.world.url(Login::Checker),
            Who::Owner | Who::Keeper | Who::AppWatched => field.target.superuser.clone(),
        };
        Wire::connect(&url).await
    }

    /// A new transaction, sealed to A.
    pub async fn enter(self, wire: &mut Wire, field: &Field, planner: &str) {
        match self {
            Who::Export => ticket(wire, "enter_export", &field.export_ticket).await,
            Who::Checker => ticket(wire, "enter_check", &field.check_ticket).await,
            _ => wire.enter(&field.target.a.secret).await,
        }
        wire.must(planner).await;
        wire.must("set local statement_timeout = '8s'").await;
        if matches!(self, Who::Owner | Who::Keeper | Who::AppWatched) {
            wire.must(&format!("set local role {}", self.role())).await;
        }
    }
}

async fn ticket(wire: &mut Wire, door: &str, ticket: &str) {
    wire.must("rollback; begin").await;
    let text = format!("select shikiri_seal.{door}($1::text)");
    let entered = wire.extended(&text, &[Some(ticket.to_owned())]).await;
    assert!(entered.state.is_none(), "{door}: {}", entered.all());
}

/// What one run asks, and what it found out.
pub struct Run<'a> {
    pub field: &'a Field,
    pub planner: &'a [super::planner::Setting],
    pub seed: u32,
    /// Stop at the first finding: one is enough to notice a damage.
    pub hasty: bool,
    pub tally: Tally,
    pub findings: Vec<String>,
}

/// Figures, so that nothing found is not nothing looked at.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    pub compared: usize,
    /// With at least one row.
    pub with_rows: usize,
    /// Failed on both sides.
    pub failed: usize,
    /// Refused as the policies or the grants have it.
    pub refused: usize,
    /// Out of time on either side: not compared.
    pub not_compared: usize,
}

impl<'a> Run<'a> {
    pub fn new(
        field: &'a Field,
        planner: &'a [super::planner::Setting],
        seed: u32,
        hasty: bool,
    ) -> Run<'a> {
        Run { field, planner, seed, hasty, tally: Tally::default(), findings: Vec::new() }
    }

    /// Whether to go on: also a run that is not hasty need not find the same a hundred times.
    pub fn goes_on(&self) -> bool {
        self.findings.len() < if self.hasty { 1 } else { 5 }
    }

    pub fn shuffled(&self, rng: &mut Rng) -> String {
        super::planner::shuffled(self.planner, rng)
    }

    pub fn found(&mut self, who: Who, number: u32, what: &str, text: &str, planner: &str) {
        self.findings.push(format!(
            "seed {} query {number} as {who:?}: {what}\n  {text}\n  with {planner}",
            self.seed
        ));
    }

    pub fn failures_of_both(&mut self) {
        self.tally.compared += 1;
        self.tally.failed += 1;
    }
}
