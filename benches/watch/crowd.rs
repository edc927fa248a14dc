//! Those who wait for an export, in a process of their own: what they use is not the service's.

use std::{
    io::{Write, stdout},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

use crate::ground::Res;

/// What one tells: `None` once it knows where the export stands, then when it heard the end.
type Told = UnboundedSender<Option<u128>>;

/// Runs a crowd: `watch` or `poll`, how many, the service's address, the path of the export, a token. Says `ready` when
/// all know where it stands, and then when each heard the end, in microseconds since 1970.
pub async fn run(args: &[String]) -> Res<()> {
    let [kind, count, address, path, token] = args else { return Err("five arguments".into()) };
    let count: usize = count.parse()?;
    let (told, mut tells) = unbounded_channel();
    for n in 0..count {
        let (address, told) = (address.clone(), told.clone());
        let events = if kind == "watch" { "/events" } else { "" };
        let request = format!(
            "GET {path}{events} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        if kind == "watch" {
            tokio::spawn(watch(address, request, told));
        } else {
            // Spread over the second that they wait.
            let after = Duration::from_micros(1_000_000 * n as u64 / count as u64);
            tokio::spawn(poll(address, request, after, told));
        }
    }
    let (mut knowing, mut heard) = (0, 0);
    while heard < count {
        match tells.recv().await.ok_or("nobody is left")? {
            None => {
                knowing += 1;
                if knowing == count {
                    say("ready")?;
                }
            }
            Some(at) => {
                heard += 1;
                say(&at.to_string())?;
            }
        }
    }
    Ok(())
}

fn say(text: &str) -> Res<()> {
    let mut out = stdout();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_micros())
}

async fn watch(address: String, request: String, told: Told) {
    let mut socket = TcpStream::connect(address).await.expect("connects");
    socket.write_all(request.as_bytes()).await.expect("writes");
    let (mut text, mut knows) = (String::new(), false);
    let mut buffer = [0; 1_024];
    loop {
        let read = socket.read(&mut buffer).await.expect("reads");
        assert!(0 < read, "the stream ended: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        if !knows && text.contains("event: progress") {
            knows = true;
            told.send(None).expect("somebody counts");
        }
        if text.contains("event: ready") {
            told.send(Some(now())).expect("somebody counts");
            return;
        }
    }
}

/// Asks, waits the second that the order's `retry-after` says, and asks again.
async fn poll(address: String, request: String, after: Duration, told: Told) {
    tokio::time::sleep(after).await;
    let mut socket = TcpStream::connect(address).await.expect("connects");
    let mut knows = false;
    loop {
        socket.write_all(request.as_bytes()).await.expect("writes");
        let text = answer(&mut socket).await;
        if text.contains("\"state\":\"ready\"") {
            told.send(Some(now())).expect("somebody counts");
            return;
        }
        let on_its_way = ["running", "checking"].map(|it| format!("\"state\":\"{it}\""));
        assert!(on_its_way.iter().any(|it| text.contains(it.as_str())), "{text}");
        if !knows {
            knows = true;
            told.send(None).expect("somebody counts");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// One answer with its length, on a connection that stays.
async fn answer(socket: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let read = socket.read(&mut buffer).await.expect("reads");
        assert!(0 < read, "the connection ended");
        text.extend_from_slice(&buffer[..read]);
        let all = String::from_utf8_lossy(&text);
        let Some((head, body)) = all.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|it| {
            let (name, value) = it.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        let length: usize = length.expect("an answer says its length");
        if body.len() == length {
            return all.into_owned();
        }
    }
}
