//! The world that is fuzzed: every table has rows of A and of B, and every value of B that may be unlike A's is.

use shikiri::testkit::World;

use crate::attacks::{self, Target, Wire};

/// A world that is filled, and what is known of its two billers. Nobody is connected to it.
pub struct Field {
    pub world: World,
    pub target: Target,
    /// An order of A that nobody has begun: its tickets open the doors of the export and of the checker.
    pub export_ticket: String,
    pub check_ticket: String,
    /// Columns in which B's values could not be told from A's.
    pub unmarked: Vec<String>,
}

/// More rows of either biller, so that joins and groups have something to do.
const MORE: &[&str] = &[
    "insert into shikiri.idempotency_record (tenant_id, user_id, route, idempotency_key, body_digest, result_ids) \
     select i.tenant_id, i.user_id, i.route, 'key ' || n, sha256(convert_to(n::text, 'UTF8')), array[n::text] \
     from shikiri.idempotency_record i, generate_series(1, 12) n",
    "insert into shikiri.slip_event (tenant_id, bill_number, reissue_number, kind, actor, reason) \
     select e.tenant_id, s.bill_number, 0, 'voided', e.actor, 'because ' || right(s.bill_number, 1) \
     from shikiri.slip_event e join shikiri.slip s on s.tenant_id = e.tenant_id \
     where right(s.bill_number, 1) in ('4', '5', '8', '9') on conflict do nothing",
    "insert into shikiri.payment_event (tenant_id, event_key, bill_number, reissue_number, kind, source_code, paid_on, \
     paid_at, amount_yen, barcode, check_digit_fits, chain_code, store_code, import_id, line) \
     select p.tenant_id, sha256(convert_to(p.tenant_id || s.bill_number, 'UTF8')), s.bill_number, 0, \
     case when s.amount_yen % 3 = 0 then 'preliminary' else 'confirmed' end, p.source_code, date '2026-01-01' + s.amount_yen % 9, \
     p.paid_at, s.amount_yen, p.barcode, s.amount_yen % 2 = 0, p.chain_code, 'store ' || s.amount_yen % 4, p.import_id, \
     row_number() over (partition by p.tenant_id order by s.bill_number) \
     from shikiri.payment_event p join shikiri.slip s on s.tenant_id = p.tenant_id and s.amount_yen % 2 = 1",
    "insert into shikiri.slip_import_fault (tenant_id, import_id, fault_no, severity, line, column_no, field, code, masked) \
     select f.tenant_id, f.import_id, n, case when n % 2 = 0 then 'error' else 'notice' end, n * 3, nullif(n % 4, 0), \
     'field ' || n % 3, 'code ' || n % 2, null from shikiri.slip_import_fault f, generate_series(2, 15) n",
];

/// Relations of other kinds, behind the same two policies: views with a barrier, partitions, children.
const SHAPES: &str = "
    create view shikiri.fuzz_view with (security_invoker = true) as select * from shikiri.slip;
    create view shikiri.fuzz_barrier with (security_invoker = true, security_barrier = true) as
        select s.*, e.kind, e.reason from shikiri.slip s
        left join shikiri.slip_event e on e.tenant_id = s.tenant_id and e.bill_number = s.bill_number;
    create table shikiri.fuzz_part (tenant_id integer not null, part_no integer not null, body text collate \"C\",
        day date, primary key (tenant_id, part_no)) partition by list (tenant_id);
    create table shikiri.fuzz_part_a partition of shikiri.fuzz_part for values in (:a);
    create table shikiri.fuzz_part_rest partition of shikiri.fuzz_part default;
    create table shikiri.fuzz_parent (tenant_id integer not null, node_no integer not null, body text collate \"C\");
    create table shikiri.fuzz_child (extra integer) inherits (shikiri.fuzz_parent);
    insert into shikiri.fuzz_part select s.tenant_id, row_number() over (), s.customer_name, s.due_date from shikiri.slip s;
    insert into shikiri.fuzz_parent select s.tenant_id, row_number() over (), s.customer_name from shikiri.slip s
        where s.amount_yen % 2 = 0;
    insert into shikiri.fuzz_child select s.tenant_id, row_number() over (), s.customer_name, s.amount_yen
        from shikiri.slip s where s.amount_yen % 2 = 1;
    grant select on shikiri.fuzz_view, shikiri.fuzz_barrier to shikiri_app";

/// Puts a table of [`SHAPES`] behind what `sql/policies/slip.sql` has, and gives the application every right to its rows.
const GUARDED: &str = "
    alter table shikiri.TABLE owner to shikiri_owner;
    alter table shikiri.TABLE enable row level security;
    alter table shikiri.TABLE force row level security;
    create policy tenant_rows on shikiri.TABLE as permissive for all to shikiri_app, shikiri_owner using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())) with check (tenant_id = (select shikiri_seal.tenant()));
    create policy tenant_floor on shikiri.TABLE as restrictive for all to public using (
        (select array_fill(true, array[1], array[shikiri_seal.tenant()]))[tenant_id]
        and tenant_id = (select shikiri_seal.tenant())) with check (tenant_id = (select shikiri_seal.tenant()));
    grant select, insert, update, delete on shikiri.TABLE to shikiri_app";

impl Field {
    /// Makes one: some seconds.
    pub async fn new() -> Field {
        Field::in_world(World::new().await).await
    }

    /// On a server of its own: for what belongs to the whole server.
    pub async fn alone() -> Field {
        Field::in_world(World::alone().await).await
    }

    async fn in_world(world: World) -> Field {
        let target = Target::wall(&world).await;
        attacks::fill(&world, &target).await;
        let mut app = Wire::connect(&target.app).await;
        let ordered = attacks::order(&mut app, &target.a).await;
        let mut root = Wire::connect(&target.superuser).await;
        root.must("begin; set local session_replication_role = replica").await;
        for more in MORE {
            root.must(more).await;
        }
        root.must(&SHAPES.replace(":a", &target.a.tenant_id.to_string())).await;
        for table in ["fuzz_part", "fuzz_part_a", "fuzz_part_rest", "fuzz_parent", "fuzz_child"] {
            root.must(&GUARDED.replace("TABLE", table)).await;
        }
        let unmarked = super::plant::plant(&mut root, target.b.tenant_id).await;
        root.must("commit").await;
        let (export_ticket, check_ticket) = (ordered.ticket, ordered.check);
        Field { world, target, export_ticket, check_ticket, unmarked }
    }

    /// The same again, in a database of its own: sessions and tickets are in the copy too.
    pub async fn copied(&self) -> Field {
        let world = self.world.copied().await;
        let mut target = self.target.clone();
        target.app = world.url(shikiri::dba::catalog::Login::App);
        target.superuser = world.superuser_url();
        let (export_ticket, check_ticket) = (self.export_ticket.clone(), self.check_ticket.clone());
        Field { world, target, export_ticket, check_ticket, unmarked: self.unmarked.clone() }
    }
}
