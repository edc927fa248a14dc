//! `shikiri demo` as a person meets it: the process, its words, the lines it says to paste, Ctrl-C.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::support::within;

/// The process. A test that fails leaves none behind.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn the_lines_it_says_to_paste_work_and_ctrl_c_leaves_nothing_behind() {
    let here = tempfile::tempdir().expect("a directory");
    let temporary = here.path().join("tmp");
    fs::create_dir(&temporary).expect("a directory");
    open_to_all(here.path());
    open_to_all(&temporary);
    let mut demo = Demo(
        Command::new(env!("CARGO_BIN_EXE_shikiri"))
            .args(["demo", "--slips", "40377", "--port", "0"])
            .env("TMPDIR", &temporary)
            .env("SHIKIRI_ACCEPT_OLD_POSTGRES", "1")
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts"),
    );
    let mut lines = BufReader::new(demo.0.stdout.take().expect("is piped")).lines();
    let mut said = Vec::new();
    for line in lines.by_ref() {
        let line = line.expect("is text");
        let last = line.starts_with("Ctrl-C");
        said.push(line);
        if last {
            break;
        }
    }
    let pasted: Vec<&String> = said.iter().filter(|it| it.contains("curl -s")).collect();
    assert_eq!(pasted.len(), 3, "{said:#?}");
    let script = pasted.into_iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let shell = Command::new("sh").args(["-c", &script]).current_dir(here.path()).output();
    let shell = shell.expect("runs");
    let output = String::from_utf8_lossy(&shell.stdout).into_owned();
    assert!(shell.status.success(), "{output}\n{}", String::from_utf8_lossy(&shell.stderr));
    assert_eq!(output.matches("\"bill_number\"").count(), 3, "{output}");
    let mut files = fs::read_dir(here.path()).expect("reads").map(|it| it.expect("reads").path());
    let list = files.find(|it| it.extension().is_some_and(|it| it == "pdf")).expect("a list");
    assert!(fs::read(list).expect("reads").starts_with(b"%PDF-"));
    let process = i32::try_from(demo.0.id()).expect("a process id");
    assert_ne!(fs::read_dir(&temporary).expect("reads").count(), 0, "it is at work there");
    kill(Pid::from_raw(process), Signal::SIGINT).expect("is ours");
    assert!(demo.0.wait().expect("ends").success());
    within(Duration::from_secs(10), "nothing is left behind", || {
        fs::read_dir(&temporary).expect("reads").count() == 0
    });
}

/// Postgres runs as another user when we are root.
fn open_to_all(dir: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o777)).expect("ours");
}
