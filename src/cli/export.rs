//! `shikiri export`: watch an export of one's own biller, or stop it, over REST.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    cli::Failure,
    config::Env,
    http::client::{Client, ClientError, Event, Events},
};

/// What to do with an export. The service is SHIKIRI_URL; the token SHIKIRI_TOKEN or SHIKIRI_TOKEN_FILE.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Watch until it has ended. Exits 0 when it was released.
    Watch {
        /// Its id.
        id: uuid::Uuid,
    },
    /// Stop it, now or behind a page. Nothing of it is released.
    Cancel {
        /// Its id.
        id: uuid::Uuid,
        /// The last page to be produced; now when left out.
        #[arg(long)]
        at_page: Option<u32>,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
}

pub(super) async fn run(command: Command, env: &Env) -> Result<(), Failure> {
    let client = client(env)?;
    match command {
        Command::Watch { id } => watch(&client, id).await,
        Command::Cancel { id, at_page, reason } => {
            let body = json!({"at_page": at_page, "reason": reason});
            println!("{}", cancel(&client, id, &body).await?);
            Ok(())
        }
    }
}

/// The client that the environment describes.
pub(super) fn client(env: &Env) -> Result<Client, Failure> {
    let (url, token) = env.client()?;
    Ok(Client::new(url, token)?)
}

async fn cancel(client: &Client, id: uuid::Uuid, body: &Value) -> Result<String, Failure> {
    let told = client.send("POST", &format!("/v1/exports/{id}/cancel"), Some(body)).await?;
    let page = told["effective_page"].as_i64().unwrap_or(0);
    Ok(match told["state"].as_str() {
        Some("cancelled") => format!("cancelled: {page} pages were produced, nothing is released"),
        _ => format!("it stops behind page {page}; nothing is released"),
    })
}

async fn watch(client: &Client, id: uuid::Uuid) -> Result<(), Failure> {
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{msg:10} [{wide_bar}] {pos}/{len} pages, {eta} left")?
            .progress_chars("=> "),
    );
    let path = format!("/v1/exports/{id}/events");
    // From here on, also while nothing is connected: Ctrl-C asks, it does not kill.
    let mut interrupted = signal(SignalKind::interrupt())?;
    let (mut last, mut stream) = (String::new(), None::<Events>);
    loop {
        let open = match &mut stream {
            Some(open) => open,
            None => match client.events(&path, Some(&last)).await? {
                Some(open) => stream.insert(open),
                None => return Err("it has ended".into()),
            },
        };
        let event = tokio::select! {
            event = open.next() => event,
            _ = interrupted.recv() => {
                match bar.suspend(ask).await {
                    Choice::Stop => {
                        bar.println(cancel(client, id, &json!({"reason": "Ctrl-C"})).await?);
                        continue;
                    }
                    Choice::Watch => continue,
                    Choice::Leave => return Err(format!("the export goes on; watch it with `shikiri export watch {id}`").into()),
                }
            }
        };
        match event {
            Ok(Some(event)) => {
                show(&bar, &event);
                if event.name == "closed" {
                    return Err(format!("the stream was closed: {}", event.data["code"]).into());
                }
                if event.name != "progress" {
                    bar.abandon();
                    return ended(&event);
                }
                last = event.id;
            }
            // Broken off: it goes on from the last event.
            Ok(None) | Err(ClientError::Connection(_)) => {
                stream = None;
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            }
            Err(err) => return Err(err.into()),
        }
    }
}

fn show(bar: &ProgressBar, event: &Event) {
    let state = event.data["state"].as_str().unwrap_or_default();
    let number = |name: &str| event.data[name].as_u64().unwrap_or(0);
    let first = bar.message().is_empty();
    if bar.message() != state {
        bar.set_message(state.to_owned());
        if bar.is_hidden() || first {
            eprintln!("{state}: {} of {} pages", number("pages_done"), number("pages_total"));
        }
    }
    bar.set_length(number("pages_total"));
    bar.set_position(number("pages_done"));
}

/// The last line. Only a released export is a success.
fn ended(event: &Event) -> Result<(), Failure> {
    let state = event.data["state"].as_str().unwrap_or_default();
    let (pages, rows) = (&event.data["pages_done"], &event.data["rows_done"]);
    let text = format!("{state}: {pages} pages, {rows} rows");
    match (state, event.data["failure"].as_str()) {
        ("ready" | "delivering" | "delivered", _) => {
            println!("{text}");
            Ok(())
        }
        (_, Some(failure)) => Err(format!("{text} ({failure}); nothing was released").into()),
        _ => Err(text.into()),
    }
}

/// What Ctrl-C meant.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    /// Stop the export.
    Stop,
    /// Watch on.
    Watch,
    /// Stop watching; the export goes on.
    Leave,
}

/// Asks, where there is somebody to ask. Nobody there, or Ctrl-C again: the export is not touched.
async fn ask() -> Choice {
    if !std::io::stdin().is_terminal() {
        return Choice::Leave;
    }
    eprint!("\nStop the export? [s] stop it, [w] watch on, [q] only stop watching: ");
    drop(std::io::stderr().flush());
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line).unwrap_or_default()
    });
    tokio::select! {
        line = read => choice(&line.unwrap_or_default()),
        _ = tokio::signal::ctrl_c() => Choice::Leave,
    }
}

/// Only a clear word stops an export.
fn choice(line: &str) -> Choice {
    match line.trim() {
        "s" | "stop" => Choice::Stop,
        "w" | "watch" => Choice::Watch,
        _ => Choice::Leave,
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, choice};

    #[test]
    fn only_a_clear_word_stops_an_export() {
        assert_eq!(choice("s\n"), Choice::Stop);
        assert_eq!(choice("w\n"), Choice::Watch);
        for other in ["", "\n", "y\n", "S\n", "q\n", "ss\n"] {
            assert_eq!(choice(other), Choice::Leave, "{other:?}");
        }
    }
}
