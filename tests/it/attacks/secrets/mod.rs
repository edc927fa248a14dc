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

use shikiri::dba::catalog::Login;

use reaching::Job;
use renderings::{Found, Renderings, Search};
use settings::{STOPS_ALL, Setting};
use stage::Stage;
use sweep::{Prelude, Tally, sweep};
use tap::Tap;

/// The printers, alone and with everything else that can be switched on.
fn printers(settings: &[Setting]) -> [Prelude; 2] {
    let switches = |to: &str| {
        let switches = settings.iter().filter(|it| it.context == "user" && it.is_switch);
        let switches = switches.filter(|it| !STOPS_ALL.contains(&it.name.as_str()));
        switches.map(|it| it.assignment(to)).collect::<String>()
    };
    let prelude = |label: &str, sql: String| Prelude {
        label: label.to_owned(),
        options: String::new(),
        sql,
        replans: true,
    };
    let plan = "set local debug_print_plan = on;";
    [
        prelude("every switch off but debug_print_plan", switches("off") + plan),
        prelude("every switch on", switches("on")),
    ]
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
            preludes.push(Prelude { label, options, sql, replans: false });
        }
    }
    preludes
}

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

fn told(what: &str, tally: &Tally, since: Instant) {
    say(&format!(
        "{what}: {} calls ({} without an error), {} messages, {} bytes of them, {:.1} s; refused: {:?}",
        tally.calls,
        tally.done,
        tally.messages,
        tally.bytes,
        since.elapsed().as_secs_f64(),
        tally.refused
    ));
    let mut slow: Vec<_> = tally.slow.iter().collect();
    slow.sort_by(|a, b| b.1.total_cmp(a.1));
    say(&format!("slowest: {:?}", &slow[..slow.len().min(12)]));
}

/// A parameter that needs more than a login has is refused, in a session and at its begin.
fn only_what_a_login_may(stage: &Stage, settings: &[Setting]) -> usize {
    let mut refused = 0;
    for login in Login::ALL {
        let mut tap = Tap::connect(&stage.place(login), "").expect("connects");
        // Before its library is loaded, a parameter of it is anybody's word, and then forgotten.
        tap.simple("do $$ begin end $$");
        for setting in settings.iter().filter(|it| it.context != "user" && it.context != "backend") {
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

fn run(stage: &Stage) {
    let mut root = Tap::connect(&stage.root, "").expect("connects");
    let mut app = Tap::connect(&stage.place(Login::App), "").expect("connects");
    let settings = settings::all(&mut app);
    let secrets = vault::secrets(&mut root, stage.b, &stage.brought);
    let renderings = Arc::new(Renderings::new(&secrets));
    say(&format!("{}: {}; {} windows", stage.version(), vault::told(&secrets), renderings.count()));
    say(&format!("{} settings of others were refused", only_what_a_login_may(stage, &settings)));

    let since = Instant::now();
    let jobs = reaching::jobs(stage, &mut root);
    let (deepest, reached) = reach::deepest(stage, &mut root, &jobs);
    let shots = |jobs: &[Job]| jobs.iter().map(|it| it.shots.len()).sum::<usize>();
    let never = reach::never_called(&mut root);
    say(&format!(
        "{} calls, {reached} of them reach the vault, {} are taken one by one, {:.1} s; never called: {never:?}",
        shots(&jobs),
        shots(&deepest),
        since.elapsed().as_secs_f64()
    ));

    let begin = length(&stage.log());
    let since = Instant::now();
    let [plans, all] = printers(&settings);
    let mut printed = sweep(stage, &jobs, &[plans], &renderings);
    told("every plan printed", &printed, since);
    let since = Instant::now();
    let more = sweep(stage, &deepest, &[all], &renderings);
    told("everything printed", &more, since);
    printed.add(more);
    say(&format!("DEBUG {} findings", printed.findings.len()));
    for it in &printed.findings { say(&format!("DEBUG {it:?}")); }
    let since = Instant::now();
    let singles = one_by_one(&settings);
    let one = sweep(stage, &deepest, &singles, &renderings);
    told(&format!("{} settings one by one", singles.len()), &one, since);
    let since = Instant::now();
    let (logged, end) = read_log(&stage.log(), begin, &renderings);
    say(&format!("{} bytes of log, {:.1} s", end - begin, since.elapsed().as_secs_f64()));

    let findings: Vec<_> = printed.findings.iter().chain(&one.findings).collect();
    let lines: Vec<_> = findings.iter().take(60).map(|it| format!("{it:?}")).collect();
    let logged: Vec<_> = logged.iter().map(|it| format!("{it:?}")).collect();
    assert!(
        findings.is_empty() && logged.is_empty(),
        "{} findings\n{}\nlog:\n{}",
        findings.len(),
        lines.join("\n"),
        logged.join("\n")
    );
    assert_eq!(printed.failed, BTreeSet::new(), "calls that must get to their end do not");
}

#[tokio::test]
async fn seal_key_by_debug_print_plan_or_any_other_setting() {
    let stage = Stage::new().await;
    run(&stage);
}
