//! The world that the sweep runs in: a server of its own, and everything a call needs to get far.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use sha2::{Digest, Sha256};
use shikiri::{
    auth::{Salt, derive},
    dba::catalog::{Login, SealWish},
    domain::OnConflict,
    statements::sessions::{LoginOutcome, Opened},
    testkit::{A, B, PASSWORD, World},
};
use uuid::Uuid;

use super::{
    super::{
        matrix::{Ordered, door, order, run_export},
        target::{Party, Target, party},
        wire::Wire,
    },
    tap::{Place, Tap},
};

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    Unbound,
    /// The session of A's admin.
    Session,
    /// The process of an export of A that waits.
    Queued,
    /// And of one that was drawn.
    Drawn,
    /// Its checker.
    Check,
    /// The process of a reprint of A that its checker saw.
    Reprint,
    /// The checker of another one.
    CheckReprint,
}

/// Names in calls, and what stands for them.
pub type Facts = BTreeMap<&'static str, String>;

/// The world with everything in it.
pub struct Stage {
    world: World,
    pub root: Place,
    pub a: i32,
    pub b: i32,
    /// Ids and credentials of B wherever a call names B.
    pub theirs: Facts,
    /// A's own in the same places, so that the calls get as far as they can.
    pub own: Facts,
    doors: BTreeMap<Door, (&'static str, String)>,
    /// What calls bring themselves: it tells nobody anything to see it again.
    pub brought: BTreeSet<Vec<u8>>,
}

impl Stage {
    pub async fn new(wish: SealWish) -> Stage {
        let world = World::alone().await;
        world.seal_by(wish).await;
        let target = Target::wall(&world).await;
        let (admin, beside) = admins(&world, &target).await;
        let mut app = Wire::connect(&target.app).await;
        let mut root = Wire::connect(&target.superuser).await;
        log_much(&mut root).await;
        let ready_of_a = run_export(&world, &mut app, &admin).await;
        let ready_of_b = run_export(&world, &mut app, &target.b).await;
        let over_of_b = run_export(&world, &mut app, &target.b).await;
        let old_of_b = run_export(&world, &mut app, &target.b).await;
        let dead_of_b = order(&mut app, &target.b).await;
        end_times(&mut app, &mut root, &target.b.secret, [&over_of_b, &dead_of_b.id, &old_of_b])
            .await;
        let (drawn, queued) = (order(&mut app, &admin).await, order(&mut app, &admin).await);
        draw(&mut app, &drawn).await;
        let handed_out =
            handed_out(&mut app, [&admin, &target.b], [&ready_of_a, &ready_of_b]).await;
        let (seen, unseen) =
            reprints([&mut app, &mut root], &world, &admin.secret, &ready_of_a).await;
        let derived = derived(&mut app).await;
        let (attempts, proof) = attempts(&mut app, &mut root, &admin.secret, &derived).await;
        let mut theirs = Facts::from([
            ("secret_of_a", admin.secret.clone()),
            ("secret_of_b", target.b.secret.clone()),
            ("session_of_a", admin.session_id.clone()),
            ("session_of_b", target.b.session_id.clone()),
            ("user_of_a", admin.user_id.clone()),
            ("clerk_of_a", target.a.user_id.clone()),
            ("user_of_b", target.b.user_id.clone()),
            ("id_of_a", target.a.tenant_id.to_string()),
            ("id_of_b", target.b.tenant_id.to_string()),
            ("code_of_a", A.code.to_owned()),
            ("code_of_b", B.code.to_owned()),
            ("export_of_b", ready_of_b),
            ("expired_of_b", over_of_b),
            ("ready_of_a", ready_of_a.clone()),
            ("queued_of_a", queued.id),
            ("new_id", Uuid::new_v4().to_string()),
            ("ticket_of_a", queued.ticket.clone()),
            ("check_of_a", drawn.check.clone()),
            ("derived_of_a", hex::encode(&derived)),
            ("attempt_of_a", attempts[0].clone()),
            ("attempt_of_b", attempts[1].clone()),
            ("proof_of_a", proof),
        ]);
        theirs.extend(handed_out);
        let own = own(&theirs, &beside);
        let doors = BTreeMap::from([
            (Door::Session, ("enter", admin.secret)),
            (Door::Queued, ("enter_export", queued.ticket)),
            (Door::Drawn, ("enter_export", drawn.ticket)),
            (Door::Check, ("enter_check", drawn.check)),
            (Door::Reprint, ("enter_export", seen.ticket)),
            (Door::CheckReprint, ("enter_check", unseen.check)),
        ]);
        let values = theirs.values().chain(own.values()).chain(doors.values().map(|it| &it.1));
        Stage {
            root: Place::new(&world.superuser_url()),
            world,
            a: target.a.tenant_id,
            b: target.b.tenant_id,
            brought: brought(&derived, values),
            theirs,
            own,
            doors,
        }
    }

    pub fn place(&self, login: Login) -> Place {
        Place::new(&self.world.url(login))
    }

    /// The server's log.
    pub fn log(&self) -> PathBuf {
        self.world.server().local().expect("a server of this machine").log()
    }

    pub fn version(&self) -> String {
        self.world.server().describe()
    }

    /// Goes through a door inside the transaction that is open; the SQLSTATE when it stays shut.
    pub fn open(&self, tap: &mut Tap, door: Door) -> Option<String> {
        let (function, secret) = self.doors.get(&door)?;
        let text = format!("select shikiri_seal.{function}($1)");
        let state = tap.extended(&text, std::slice::from_ref(secret)).state;
        if tap.gone { Some(state.unwrap_or_else(|| "no connection".to_owned())) } else { state }
    }
}

/// Takes an export up to its check.
async fn draw(app: &mut Wire, ordered: &Ordered) {
    door(app, "enter_export", &ordered.ticket).await;
    for text in DRAWS {
        app.must(&format!("{text} from shikiri.slip")).await;
    }
    app.must("commit").await;
}

/// The three steps of a process that draws one page.
pub const DRAWS: [&str; 3] = [
    "select shikiri_seal.begin_export(count(*)::integer, sum(amount_yen), 1)",
    "select shikiri_seal.report_pages('{1}', array[count(*)::integer], array[sum(amount_yen)], '{first}', '{last}', \
     array[decode(repeat('ab', 32 * count(*)::integer), 'hex')], '{0}', '{9}')",
    "select shikiri_seal.finish_drawing(sha256(decode(repeat('ab', 32 * count(*)::integer), 'hex')), 'x', 10, null)",
];

async fn link(app: &mut Wire, secret: &str, export: &str, session: &str) -> String {
    app.enter(secret).await;
    let text = format!(
        "select m.token from shikiri_seal.make_link('{export}', 900, 'session', '{session}') m"
    );
    let token = app.value(&text).await;
    app.must("commit").await;
    token
}

async fn fetch(app: &mut Wire, secret: &str, export: &str) -> String {
    app.enter(secret).await;
    let ticket = app.value(&format!("select shikiri_seal.begin_fetch('{export}', 0, 1)")).await;
    app.must("commit").await;
    ticket
}

/// What the password of A's admin derives to.
async fn derived(app: &mut Wire) -> Vec<u8> {
    let text = format!(
        "select encode(p.salt, 'hex'), p.kdf from shikiri_seal.login_params('{}', 'admin') p",
        A.code
    );
    app.must("rollback").await;
    let row = app.simple(&text).await.rows.remove(0);
    let salt = Salt(hex::decode(&row[0]).expect("hex"));
    derive(PASSWORD, &salt, &row[1]).expect("our own parameters").0
}

/// Committed attempts to log in: a right one of A, a wrong one of B; and A's own proof of its password. They do not grow
/// old while the sweep lasts.
async fn attempts(
    app: &mut Wire,
    root: &mut Wire,
    secret: &str,
    derived: &[u8],
) -> ([String; 2], String) {
    let guess = format!("sha256(sha256(decode('{}', 'hex')))", hex::encode(derived));
    let begin =
        |code, guess| format!("select shikiri_seal.begin_login('{code}', 'admin', {guess})");
    let right = app.value(&begin(A.code, &*guess)).await;
    let wrong = app.value(&begin(B.code, "sha256(sha256('wrong'))")).await;
    // Counted, they lock B's login.
    for _ in 0..10 {
        app.value(&begin(B.code, "sha256(sha256('wrong'))")).await;
    }
    app.enter(secret).await;
    let proof = app.value(&format!("select shikiri_seal.begin_proof({guess})")).await;
    app.must("commit").await;
    let later = "update shikiri_vault.login_attempt set begun_at = begun_at + interval '1 hour'";
    root.must(later).await;
    ([right, wrong], proof)
}

/// Links and tickets of fetches of both billers, and some more of B that nobody here brings.
async fn handed_out(
    app: &mut Wire,
    [a, b]: [&Party; 2],
    [ready_of_a, ready_of_b]: [&str; 2],
) -> [(&'static str, String); 4] {
    let res = [
        ("link_of_a", link(app, &a.secret, ready_of_a, &a.session_id).await),
        ("link_of_b", link(app, &b.secret, ready_of_b, &b.session_id).await),
        ("fetch_of_a", fetch(app, &a.secret, ready_of_a).await),
        ("fetch_of_b", fetch(app, &b.secret, ready_of_b).await),
    ];
    link(app, &b.secret, ready_of_b, &b.session_id).await;
    fetch(app, &b.secret, ready_of_b).await;
    app.enter(&b.secret).await;
    app.must("select shikiri_seal.spend_token(sha256(gen_random_uuid()::text::bytea))").await;
    app.must("commit").await;
    res
}

/// The same with what is A's own in the place of B's.
fn own(theirs: &Facts, beside: &Opened) -> Facts {
    let mut own = theirs.clone();
    for (place, of_a) in [
        ("link_of_b", "link_of_a"),
        ("user_of_b", "clerk_of_a"),
        ("code_of_b", "code_of_a"),
        ("export_of_b", "ready_of_a"),
    ] {
        own.insert(place, theirs[of_a].clone());
    }
    own.insert("secret_of_b", beside.secret.clone());
    own.insert("session_of_b", beside.session_id.to_string());
    own
}

/// The server tells its log all it can.
async fn log_much(root: &mut Wire) {
    for setting in [
        "track_functions = 'all'",
        "log_error_verbosity = 'verbose'",
        "log_min_messages = 'debug1'",
    ] {
        root.must(&format!("alter system set {setting}")).await;
    }
    root.must("select pg_reload_conf()").await;
}

/// One export is discarded, one lost its process, one was kept long enough.
async fn end_times(app: &mut Wire, root: &mut Wire, secret: &str, [over, dead, old]: [&str; 3]) {
    app.enter(secret).await;
    app.must(&format!("select shikiri_seal.discard_export('{over}')")).await;
    app.must("commit").await;
    for (column, id) in [("lease_until", dead), ("retain_until", old)] {
        let late = format!(
            "update shikiri_ops.export_ledger set {column} = now() - interval '1 hour' where export_id = '{id}'"
        );
        root.must(&late).await;
    }
}

/// The digests and bytes of what calls bring.
fn brought<'a>(derived: &[u8], values: impl Iterator<Item = &'a String>) -> BTreeSet<Vec<u8>> {
    let mut brought = BTreeSet::new();
    for guess in [derived, b"wrong"] {
        let verifier = Sha256::digest(guess).to_vec();
        brought.extend([Sha256::digest(&verifier).to_vec(), verifier]);
    }
    for value in values {
        brought.insert(Sha256::digest(value).to_vec());
        brought.extend(Uuid::parse_str(value).map(|it| it.as_bytes().to_vec()));
    }
    brought
}

/// The admins of both log in; A's a second time, beside the first.
async fn admins(world: &World, target: &Target) -> (Party, Opened) {
    let admin = party(world, &A, "admin", &target.a.bill).await;
    party(world, &B, "admin", &target.b.bill).await;
    match world.try_login(A.code, "admin", PASSWORD, OnConflict::Parallel).await {
        Ok(LoginOutcome::Opened(opened)) => (admin, opened),
        _ => panic!("no second session"),
    }
}

/// Two reprints of a file of A, under way: of one its checker told what it saw.
async fn reprints(
    [app, root]: [&mut Wire; 2],
    world: &World,
    secret: &str,
    of: &str,
) -> (Ordered, Ordered) {
    let mut begun = Vec::new();
    for _ in 0..2 {
        app.enter(secret).await;
        let text = format!(
            "select b.outcome, b.export_id, b.export_ticket, b.check_ticket from shikiri_seal.begin_reprint('{of}', 1, 1) b"
        );
        let outcome = app.simple(&text).await;
        assert_eq!(outcome.rows[0][0], "begun", "{}", outcome.all());
        app.must("commit").await;
        let cell = |n: usize| outcome.rows[0][n].clone();
        begun.push(Ordered { id: cell(1), ticket: cell(2), check: cell(3) });
    }
    let [seen, unseen] = begun.try_into().ok().expect("two");
    let mut checker = Wire::connect(&world.url(Login::Checker)).await;
    door(&mut checker, "enter_check", &seen.check).await;
    checker.must("select shikiri_seal.record_reprint(sha256('x'), 10); commit").await;
    // A biller has two that run at most, by the ledger: these would be in the way of the queued one.
    root.must(&format!(
        "update shikiri_ops.export_ledger set state = 'queued' where export_id in ('{}', '{}')",
        seen.id, unseen.id
    ))
    .await;
    (seen, unseen)
}
