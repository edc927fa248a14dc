//! A connection that keeps every byte the server says, whatever its encoding: notices, errors, rows.

use std::{
    io::{ErrorKind, Read, Write},
    os::unix::net::UnixStream,
    path::PathBuf,
    time::Duration,
};

use tokio_postgres::{Config, config::Host};

/// The type `text`, of every parameter here.
const TEXT: u32 = 25;

/// What one message of ours came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The SQLSTATE of the first error; none for success.
    pub state: Option<String>,
    /// Values of all rows, as they came.
    pub cells: Vec<String>,
}

/// Who connects, and where.
#[derive(Debug, Clone)]
pub struct Place {
    socket: PathBuf,
    user: String,
    database: String,
}

impl Place {
    /// Reads a connection string of ours: a Unix socket and no password, as servers of this machine have.
    pub fn new(url: &str) -> Place {
        let config: Config = url.parse().expect("our own connection string");
        let Some(Host::Unix(directory)) = config.get_hosts().first() else {
            panic!("not the socket of a server of ours: {url}")
        };
        Place {
            socket: directory.join(".s.PGSQL.5432"),
            user: config.get_user().expect("names a role").to_owned(),
            database: config.get_dbname().expect("names a database").to_owned(),
        }
    }
}

/// The connection.
pub struct Tap {
    stream: UnixStream,
    /// The server ended it.
    pub gone: bool,
    /// All fields of notices and errors, notifications and reported settings since they were last taken.
    pub heard: Vec<u8>,
    /// All values of rows since they were last taken.
    pub rows: Vec<u8>,
    /// Notices, errors, notifications and reported settings so far.
    pub messages: u64,
}

impl Tap {
    /// Connects with these settings as options of the session; the SQLSTATE if the server refuses.
    pub fn connect(place: &Place, options: &str) -> Result<Tap, String> {
        let stream = UnixStream::connect(&place.socket).expect("a server listens");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("can be set");
        let mut body = 196_608_u32.to_be_bytes().to_vec();
        for (name, value) in
            [("user", place.user.as_str()), ("database", &place.database), ("options", options)]
        {
            body.extend([name.as_bytes(), b"\0", value.as_bytes(), b"\0"].concat());
        }
        body.push(0);
        let mut tap = Tap { stream, gone: false, heard: Vec::new(), rows: Vec::new(), messages: 0 };
        let length = u32::try_from(body.len() + 4).expect("short");
        tap.send(&[&length.to_be_bytes()[..], &body].concat());
        match tap.reply().state {
            Some(state) => Err(state),
            None => Ok(tap),
        }
    }

    /// Sends a message of the simple protocol.
    pub fn simple(&mut self, sql: &str) -> Reply {
        self.send(&message(b'Q', &[sql.as_bytes(), b"\0"].concat()));
        self.reply()
    }

    /// Sends one statement with parameters that are texts.
    pub fn extended(&mut self, sql: &str, params: &[String]) -> Reply {
        let count = u16::try_from(params.len()).expect("few").to_be_bytes();
        let mut parse = [b"\0", sql.as_bytes(), b"\0", &count].concat();
        let mut bind = [b"\0\0\0\0", &count[..]].concat();
        for param in params {
            parse.extend(TEXT.to_be_bytes());
            bind.extend(u32::try_from(param.len()).expect("short").to_be_bytes());
            bind.extend(param.as_bytes());
        }
        bind.extend([0, 0]);
        let flight = [
            message(b'P', &parse),
            message(b'B', &bind),
            message(b'E', &[0, 0, 0, 0, 0]),
            message(b'S', &[]),
        ];
        self.send(&flight.concat());
        self.reply()
    }

    /// A call with parameters as one statement, one without as a message that may hold several.
    pub fn extended_or_simple(&mut self, sql: &str, params: &[String]) -> Reply {
        if params.is_empty() { self.simple(sql) } else { self.extended(sql, params) }
    }

    /// A statement that must succeed.
    pub fn must(&mut self, sql: &str) -> Vec<String> {
        let reply = self.simple(sql);
        let heard = String::from_utf8_lossy(&self.heard);
        assert!(reply.state.is_none() && !self.gone, "{sql}: {:?}\n{heard}", reply.state);
        reply.cells
    }

    fn send(&mut self, bytes: &[u8]) {
        // What a dead connection says is read below.
        self.gone |= self.stream.write_all(bytes).is_err();
    }

    /// Reads until the server waits for us, or is gone.
    fn reply(&mut self) -> Reply {
        let mut reply = Reply::default();
        loop {
            let mut head = [0; 5];
            if !self.fill(&mut head) {
                self.gone = true;
                return reply;
            }
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
            let mut body = vec![0; length as usize - 4];
            if !self.fill(&mut body) {
                self.gone = true;
                return reply;
            }
            match head[0] {
                b'Z' => return reply,
                b'D' => self.row(&body, &mut reply),
                b'R' => assert_eq!(body, [0, 0, 0, 0], "servers of this test ask for no password"),
                tag @ (b'E' | b'N' | b'A' | b'S') => {
                    if tag == b'E' && reply.state.is_none() {
                        reply.state = Some(field(&body, b'C'));
                    }
                    self.messages += 1;
                    self.heard.extend(body);
                    self.heard.push(b'\n');
                }
                _ => {}
            }
        }
    }

    fn row(&mut self, body: &[u8], reply: &mut Reply) {
        self.rows.extend(body);
        self.rows.push(b'\n');
        let mut at = 2;
        while at < body.len() {
            let length = i32::from_be_bytes(body[at..at + 4].try_into().expect("four"));
            let end = at + 4 + usize::try_from(length).unwrap_or_default();
            reply.cells.push(String::from_utf8_lossy(&body[at + 4..end]).into_owned());
            at = end;
        }
    }

    fn fill(&mut self, into: &mut [u8]) -> bool {
        match self.stream.read_exact(into) {
            Ok(()) => true,
            Err(err) if err.kind() == ErrorKind::WouldBlock => panic!("no answer in two minutes"),
            Err(_) => false,
        }
    }
}

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("short").to_be_bytes();
    [&[tag][..], &length, body].concat()
}

/// One field of an error, by its letter.
fn field(body: &[u8], wanted: u8) -> String {
    let found = body.split(|it| *it == 0).find(|it| it.first() == Some(&wanted));
    String::from_utf8_lossy(found.map_or(&[][..], |it| &it[1..])).into_owned()
}
