//! No secret in a message: every setting that a login may change, every function that it may call.

mod plants;
mod reach;
mod reaching;
mod renderings;
mod settings;
mod stage;
mod sweep;
mod tap;
mod vault;

use std::{
    collections::BTreeSet,
    fs::File,
    io::{Read, Seek, SeekFrom, Write, stderr},
    path::Path,
    sync::Arc,
    time::Instant,
};

use shikiri::dba::catalog::{Login, SealWish};

use reaching::Job;
use renderings::{Found, Renderings, Search};
use settings::Setting;
use stage::Stage;
use sweep::{Prelude, Tally, sweep};
use tap::Tap;

/// Plans alone are printed, then everything at once: the first values of all parameters, the second, and so on.
fn together(settings: &[Setting]) -> (Prelude, Vec<Prelude>) {
    let prelude =
        |label: String, sql: String| Prelude { label, options: String::new(), sql, replans: true };
    let friends: Vec<_> = settings.iter().filter(|it| it.goes_with_others()).collect();
    let most = friends.iter().map(|it| it.values.len()).max().unwrap_or_default();
    let group = |n: usize| {
        let values = friends.iter().filter(|it| !it.values.is_empty());
        let sql = values.map(|it| it.assignment(&it.values[n % it.values.len()])).collect();
        prelude(format!("value {n} of {} parameters", friends.len()), sql)
    };
    let plan = "set local debug_print_plan = on; set local debug_pretty_print = off;".to_owned();
    (prelude("debug_print_plan".to_owned(), plan), (0..most).map(group).collect())
}

/// Each parameter that a login may set, alone, with each of its values.
fn one_by_one(settings: &[Setting]) -> Vec<Prelude> {
    let mut preludes = Vec::new();
    for setting in settings {
        for value in &setting.values {
            let label = format!("{} = {value}", setting.name);
            let (options, sql) = match setting.context.as_str() {
                "user" => (String::new(), setting.assignment(value)),
                "backend" => (format!("-c {}={value}", setting.name), String::new()),
                _ => continue,
            };
            preludes.push(Prelude {
                label,
                options,
                sql,
                replans: setting.name.starts_with("debug_"),
            });
        }
    }
    preludes
}

/// Functions that no call here gets to the end of, and why. They are called, and refuse.
const NOT_REACHED: &[(&[&str], &str)] = &[
    (
        &[
            "shikiri_ops.allow_role(name,text)",
            "shikiri_ops.disallow_role(name)",
            "shikiri_ops.guard_schema(name)",
            "shikiri_ops.unguard_schema(name)",
        ],
        "a DBA's, as the migrator: that login becomes the owner of the vault",
    ),
    (
        &[
            "shikiri_seal.note_payment_import(uuid,text,integer,integer,bytea)",
            "shikiri_seal.note_registered(text[],smallint[])",
            "shikiri_seal.note_slip_import(uuid,integer,text,text,bytea)",
        ],
        "they want rows that their own transaction has made",
    ),
];

/// What was written to a log since it had this length, and its length now.
fn read_log(log: &Path, from: u64, renderings: &Arc<Renderings>) -> (Vec<Found>, u64) {
    let mut file = File::open(log).expect("the server writes it");
    file.seek(SeekFrom::Start(from)).expect("it only grows");
    let mut search = Search::new(renderings);
    let mut found = BTreeSet::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut piece).expect("can be read");
        if length == 0 {
            return (found.into_iter().collect(), from + search.bytes);
        }
        found.extend(search.read(&piece[..length]));
    }
}

fn length(log: &Path) -> u64 {
    log.metadata().expect("is there").len()
}

/// Says something of a run that passes: figures are its result too.
fn say(text: &str) {
    drop(writeln!(stderr(), "secrets: {text}"));
}

fn timed(what: &str, work: impl FnOnce() -> Tally) -> Tally {
    let since = Instant::now();
    let tally = work();
    say(&format!(
        "{what}: {} calls ({} without an error), {} messages, {} bytes, {:.1} s; stopped by the setting: {}",
        tally.calls,
        tally.done,
        tally.messages,
        tally.bytes,
        since.elapsed().as_secs_f64(),
        tally.refused.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    ));
    tally
}

/// Takes away what `sql/seal/pins.sql` pins: plans are printed again.
const UNPIN: &str = "do $$ declare it regprocedure; begin for it in select p.oid from pg_proc p \
     where p.pronamespace::regnamespace::text like 'shikiri%' and p.prosecdef loop \
     execute format('alter function %s reset all', it); \
     execute format('alter function %s set search_path = pg_catalog, pg_temp', it); end loop; end $$";

/// The pins are the second line. Without them plans name users of B, whose ids a call is given; but no secret of the
/// vault, because none is a variable of a statement.
fn without_pins(stage: &Stage, root: &mut Tap, jobs: &[Job], renderings: &Arc<Renderings>) {
    root.must(UNPIN);
    let sql = "set local debug_print_plan = on;".to_owned();
    let label = "debug_print_plan without pins".to_owned();
    let plans = Prelude { label, options: String::new(), sql, replans: true };
    let swept = timed("without pins", || sweep(stage, jobs, &[plans], renderings));
    let (of_users, leaks): (Vec<_>, Vec<_>) =
        swept.findings.iter().partition(|it| it.secret == "user_id of B");
    assert!(!of_users.is_empty(), "plans are not printed: this proves nothing");
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// A parameter that needs more than a login has is refused, in a session and at its begin.
fn only_what_a_login_may(stage: &Stage, settings: &[Setting]) -> usize {
    let mut refused = 0;
    for login in Login::ALL {
        let mut tap = Tap::connect(&stage.place(login), "").expect("connects");
        // Before its library is loaded, a parameter of it is anybody's word, and then forgotten.
        tap.simple("do $$ begin end $$");
        for setting in settings.iter().filter(|it| it.context != "user" && it.context != "backend")
        {
            let set = tap.simple(&format!("set {} to default", setting.name)).state;
            let options = format!("-c {}={}", setting.name, setting.values[0].replace(' ', "\\ "));
            let begun = match setting.name.contains('.') {
                true => set.clone(),
                false => Tap::connect(&stage.place(login), &options).err(),
            };
            for state in [set, begun] {
                let state = state.unwrap_or_else(|| panic!("{login:?} sets {}", setting.name));
                assert!(["42501", "55P02"].contains(&state.as_str()), "{}: {state}", setting.name);
                refused += 1;
            }
        }
    }
    refused
}

/// Says what was not looked at, and that there is no more of it.
fn only_what_is_listed_was_not_reached(mut never: Vec<String>) {
    let mut names = Vec::new();
    for (name, why) in
        NOT_REACHED.iter().flat_map(|(names, why)| names.iter().map(move |it| (it, why)))
    {
        say(&format!("not looked at behind its first checks: {name}: {why}"));
        names.push((*name).to_owned());
    }
    names.sort();
    never.sort();
    // What only other functions call was reached if they were.
    never.retain(|it| !it.starts_with("shikiri_vault."));
    assert_eq!(never, names, "functions that no call got to the end of");
}

async fn run(stage: &Stage) {
    let mut root = Tap::connect(&stage.root, "").expect("connects");
    let mut app = Tap::connect(&stage.place(Login::App), "").expect("connects");
    let mut settings = settings::all(&mut app);
    let refused = settings::drop_refused(&mut app, &mut settings);
    plants::prepare(&mut root);
    let secrets = vault::secrets(&mut root, stage.b, &stage.brought);
    let renderings = Arc::new(Renderings::new(&secrets));
    say(&format!("{}: {}; {} windows", stage.version(), vault::told(&secrets), renderings.count()));
    say(&format!("{} settings of others were refused", only_what_a_login_may(stage, &settings)));

    let (plans, groups) = together(&settings);
    let since = Instant::now();
    let planted = plants::all_are_found(stage, &mut root, &renderings, &plans);
    say(&format!("{planted} plants were found, {:.1} s", since.elapsed().as_secs_f64()));

    let since = Instant::now();
    let jobs = reaching::jobs(stage, &mut root);
    let (deepest, reached) = reach::deepest(stage, &mut root, &jobs);
    let core = reaching::core(&deepest);
    let shots = |jobs: &[Job]| jobs.iter().map(|it| it.shots.len()).sum::<usize>();
    let never = reach::never_called(&mut root);
    say(&format!(
        "{} calls, {reached} of them reach the vault; {} of them after groups of settings, {} after each one; {:.1} s",
        shots(&jobs),
        shots(&deepest),
        shots(&core),
        since.elapsed().as_secs_f64()
    ));

    let begin = length(&stage.log());
    let mut all = timed("every plan printed", || sweep(stage, &jobs, &[plans], &renderings));
    let what = format!("{} groups of settings", groups.len());
    let grouped = timed(&what, || sweep(stage, &deepest, &groups, &renderings));
    assert!(grouped.refused.is_empty(), "{:?}", grouped.refused);
    all.add(grouped);
    let singles = one_by_one(&settings);
    let what = format!("{} settings one by one, {refused} are no values", singles.len());
    all.add(timed(&what, || sweep(stage, &core, &singles, &renderings)));
    let since = Instant::now();
    let (logged, end) = read_log(&stage.log(), begin, &renderings);
    say(&format!("{} bytes of log, {:.1} s", end - begin, since.elapsed().as_secs_f64()));
    for (name, value, why) in settings::LEFT_OUT {
        say(&format!("not looked at: {name} = {value}: {why}"));
    }

    let findings: Vec<_> = all.findings.iter().collect();
    let lines: Vec<_> = findings.iter().take(60).map(|it| format!("{it:?}")).collect();
    // Not looked at: ids of users in the log. The operator's errors show them there, and a log does not say of whom a line is.
    let logged = logged.iter().filter(|it| it.secret != "user_id of B");
    let logged: Vec<_> = logged.map(|it| format!("{it:?}")).collect();
    assert!(
        findings.is_empty() && logged.is_empty(),
        "{} findings\n{}\nlog:\n{}",
        findings.len(),
        lines.join("\n"),
        logged.join("\n")
    );
    only_what_is_listed_was_not_reached(never);
    without_pins(stage, &mut root, &jobs, &renderings);
    assert_eq!(all.failed, BTreeSet::new(), "calls that must get to their end do not");
}

#[tokio::test]
async fn seal_key_by_debug_print_plan_or_any_other_setting() {
    run(&Stage::new(SealWish::Parameter).await).await;
}

#[tokio::test]
async fn seal_key_by_debug_print_plan_or_any_other_setting_where_the_seal_is_a_mac() {
    run(&Stage::new(SealWish::Mac).await).await;
}
