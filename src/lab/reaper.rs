//! The shell that stands between us and a server: it stops the server when we end, however we end.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::lab::{Error, storage::Storage};

/// How long a server may take to accept connections; a kept one may have to recover from a crash first.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How often `postmaster.pid` is looked at.
const READY_POLL: Duration = Duration::from_millis(5);

/// The running shell.
#[derive(Debug)]
pub(super) struct Reaper {
    /// It stops the server once our end of its standard input is closed.
    shell: Child,
    /// It says the process id of each server that it starts.
    output: BufReader<ChildStdout>,
}

impl Reaper {
    /// Runs the shell. It starts the server; nobody has waited for that yet.
    pub(super) fn start(mut command: Command) -> Result<Reaper, Error> {
        // Its own process group: Ctrl-C in a terminal goes to the group of the parent only.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut shell = command.spawn().map_err(Error::io("start /bin/sh"))?;
        let output = shell.stdout.take().expect("it was piped two lines above");
        Ok(Reaper { shell, output: BufReader::new(output) })
    }

    /// Starts the server again after it has died. Nobody has waited for that yet.
    pub(super) fn again(&mut self) -> Result<(), Error> {
        let said = self.shell.stdin.as_mut().map(|it| it.write_all(b"again\n"));
        said.unwrap_or(Ok(())).map_err(Error::io("write to the reaper"))
    }

    /// pg_ctl's own test: the postmaster writes its state into line 8 of `postmaster.pid`. Line 1 is its process id,
    /// which tells it from a file that a crash left.
    pub(super) fn wait_until_ready(&mut self, storage: &Storage) -> Result<(), Error> {
        let mut process_id = String::new();
        self.output.read_line(&mut process_id).map_err(Error::io("read from the reaper"))?;
        let started = Instant::now();
        let pid_file = storage.cluster.join("postmaster.pid");
        loop {
            let state = fs::read_to_string(&pid_file).unwrap_or_default();
            let mut lines = state.lines().map(str::trim);
            if lines.next() == Some(process_id.trim()) && lines.nth(6) == Some("ready") {
                return Ok(());
            }
            if started.elapsed() > START_TIMEOUT || server_is_gone(process_id.trim()) {
                return Err(Error::NotStarted(storage.log_tail()));
            }
            thread::sleep(READY_POLL);
        }
    }

    /// Lets the server stop, and waits until it and its directory are gone.
    pub(super) fn let_go(&mut self) -> Result<(), Error> {
        drop(self.shell.stdin.take());
        self.shell.wait().map_err(Error::io("wait for the server to stop")).map(drop)
    }
}

/// The reaper waits for us and not for the server, so a server that failed is a zombie until we let go.
/// Where there is no /proc the time-out has to tell.
fn server_is_gone(process_id: &str) -> bool {
    if !Path::new("/proc/self/stat").exists() {
        return false;
    }
    let stat = fs::read_to_string(format!("/proc/{process_id}/stat")).unwrap_or_default();
    // pid (command) state: the command may hold anything, so the state is what follows the last `)`.
    stat.rsplit_once(") ").is_none_or(|(_, state)| state.starts_with('Z'))
}
