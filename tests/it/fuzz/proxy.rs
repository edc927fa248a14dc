//! A proxy that seals whatever a client says: after each BEGIN, and around each statement outside of a transaction.

use std::io;

use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{
        TcpListener, TcpStream, UnixStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{
    protocol::{self, Message, query, with_parameter},
    watched::Watch,
};

/// The door, as the pool sends it: the credential is a parameter, because a literal is refused.
const DOOR: &str = include_str!("../../../sql/queries/doors/enter.sql");

/// Where the server is.
#[derive(Debug, Clone)]
pub enum Server {
    Tcp(String, u16),
    Unix(std::path::PathBuf),
}

impl Server {
    /// From a connection string.
    pub fn of(url: &str) -> Server {
        let config: tokio_postgres::Config = url.parse().expect("the world's own");
        let port = config.get_ports().first().copied().unwrap_or(5432);
        match config.get_hosts().first().expect("it names a host") {
            tokio_postgres::config::Host::Tcp(host) => Server::Tcp(host.clone(), port),
            tokio_postgres::config::Host::Unix(path) => {
                Server::Unix(path.join(format!(".s.PGSQL.{port}")))
            }
        }
    }
}

/// Takes clients until its task is ended; says the port.
pub async fn serve(
    server: Server,
    secret: String,
    watch: Watch,
) -> (u16, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("has one").port();
    let task = tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (server, secret, watch) = (server.clone(), secret.clone(), watch.clone());
            tokio::spawn(async move {
                let ended = match server {
                    Server::Tcp(host, port) => {
                        match TcpStream::connect((host.as_str(), port)).await {
                            Ok(stream) => {
                                drop(stream.set_nodelay(true));
                                attend(client, stream, secret, &watch).await
                            }
                            Err(err) => Err(err),
                        }
                    }
                    Server::Unix(path) => match UnixStream::connect(path).await {
                        Ok(stream) => attend(client, stream, secret, &watch).await,
                        Err(err) => Err(err),
                    },
                };
                if let Err(err) = ended {
                    watch.trouble(err.to_string());
                }
            });
        }
    });
    (port, task)
}

async fn attend<S>(client: TcpStream, server: S, secret: String, watch: &Watch) -> io::Result<()>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send,
{
    // Messages are small, and each is waited for.
    client.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = tokio::io::split(server);
    Session {
        from_client: BufReader::new(from_client),
        to_client,
        from_server: BufReader::new(from_server),
        to_server,
        secret,
        watch,
        state: b'I',
        counts: false,
    }
    .attend()
    .await
}

/// One client, and its connection to the server.
struct Session<'a, S> {
    from_client: BufReader<OwnedReadHalf>,
    to_client: OwnedWriteHalf,
    from_server: BufReader<tokio::io::ReadHalf<S>>,
    to_server: tokio::io::WriteHalf<S>,
    secret: String,
    watch: &'a Watch,
    /// As the server said it last: `I` outside of a transaction, `T` inside, `E` after an error in one.
    state: u8,
    /// Whether this connection sends random statements, or looks at the catalogue before them.
    counts: bool,
}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> Session<'_, S> {
    async fn attend(mut self) -> io::Result<()> {
        let hello = protocol::body(&mut self.from_client).await?;
        self.to_server.write_all(&protocol::length(hello.len())).await?;
        self.to_server.write_all(&hello).await?;
        // Whatever the server wants to know of it is between the two of them.
        while let Some(message) = Message::read(&mut self.from_server).await? {
            message.write(&mut self.to_client).await?;
            match message.letter {
                b'Z' => break,
                // A password is asked for; 0 says that it was right, 12 that the server has the last word.
                b'R' if !matches!(message.body.get(3), Some(0 | 12)) => {
                    if let Some(answer) = Message::read(&mut self.from_client).await? {
                        answer.write(&mut self.to_server).await?;
                    }
                }
                _ => {}
            }
        }
        while let Some(message) = Message::read(&mut self.from_client).await? {
            match message.letter {
                b'Q' => self.statement(message).await?,
                b'X' => return message.write(&mut self.to_server).await,
                other => {
                    self.watch
                        .trouble(format!("the client sent a message {:?}", char::from(other)));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn statement(&mut self, message: Message) -> io::Result<()> {
        let text = String::from_utf8_lossy(&message.body).trim_end_matches('\0').to_owned();
        let start = text.trim_start().to_lowercase();
        // It begins each random statement with a clean slate; what it reads of the catalogue before, it does not.
        self.counts |= start.starts_with("rollback");
        if start.starts_with("set ") {
            // sqlsmith wants to hear of errors only; notices are looked at too.
            let louder = text.replace("'ERROR'", "'debug1'");
            self.send(&[query(&louder)]).await?;
            self.relay("", true).await?;
        } else if start.starts_with("begin") {
            self.send(&[message]).await?;
            let held = self.relay("", false).await?;
            self.enter().await?;
            self.ready(held).await?;
        } else if start.starts_with("rollback") || self.state != b'I' {
            self.send(&[query(&narrowed(&text))]).await?;
            let code = self.relay(if self.counts { &text } else { "" }, true).await?;
            if self.counts && !start.starts_with("rollback") {
                self.watch.over(&code.unwrap_or_default());
            }
        } else {
            self.send(&[query("begin")]).await?;
            self.swallow().await?;
            self.enter().await?;
            self.send(&[query(&narrowed(&text))]).await?;
            let code = self.relay(if self.counts { &text } else { "" }, false).await?;
            if self.counts {
                self.watch.over(&code.clone().unwrap_or_default());
            }
            self.send(&[query("commit")]).await?;
            self.swallow().await?;
            self.ready(code).await?;
        }
        Ok(())
    }

    async fn send(&mut self, messages: &[Message]) -> io::Result<()> {
        for message in messages {
            message.write(&mut self.to_server).await?;
        }
        self.to_server.flush().await
    }

    /// Seals the transaction to A.
    async fn enter(&mut self) -> io::Result<()> {
        let secret = self.secret.clone();
        self.send(&with_parameter(DOOR, &secret)).await?;
        if let Some(code) = self.swallow().await? {
            // Without a seal nothing is answered: the client goes on in a transaction that failed.
            self.watch.over(&format!("door {code}"));
        }
        Ok(())
    }

    /// Reads an answer to its end and keeps it; the code of its error, if it is one.
    async fn swallow(&mut self) -> io::Result<Option<String>> {
        let mut code = None;
        loop {
            let Some(message) = Message::read(&mut self.from_server).await? else {
                return Ok(code);
            };
            match message.letter {
                b'E' => code = Some(code_of(&message)),
                b'Z' => {
                    self.state = message.body.first().copied().unwrap_or(b'I');
                    return Ok(code);
                }
                _ => {}
            }
        }
    }

    /// Hands an answer on and looks at it; its end only when it is asked for. Gives the code.
    async fn relay(&mut self, statement: &str, to_the_end: bool) -> io::Result<Option<String>> {
        let mut code = "00000".to_owned();
        let mut origins = Vec::new();
        loop {
            let Some(message) = Message::read(&mut self.from_server).await? else {
                self.to_client.shutdown().await?;
                return Ok(Some("gone".to_owned()));
            };
            self.watch.look(&message, &origins, statement);
            match message.letter {
                b'T' => origins = protocol::origins(&message.body),
                b'E' => code = code_of(&message),
                b'Z' => {
                    self.state = message.body.first().copied().unwrap_or(b'I');
                    if to_the_end {
                        message.write(&mut self.to_client).await?;
                    }
                    return Ok(Some(code));
                }
                _ => {}
            }
            message.write(&mut self.to_client).await?;
        }
    }

    /// Tells the client that it may go on.
    async fn ready(&mut self, code: Option<String>) -> io::Result<()> {
        if code.as_deref() == Some("gone") {
            return Ok(());
        }
        Message::new(b'Z', vec![self.state]).write(&mut self.to_client).await
    }
}

/// What sqlsmith asks the catalogue for, without what it can only fail with: it takes types that stand for any range
/// for types, and functions that nobody may call for functions.
fn narrowed(text: &str) -> String {
    let vague = "select t.oid from pg_type t where t.typtype = 'p' and t.typname not in ('anyelement', 'void', 'record')";
    if text.contains("pg_proc where prorettype") {
        format!(
            "{text} and prorettype not in ({vague}) and not proargtypes::oid[] && array({vague}) \
             and has_function_privilege(pg_proc.oid, 'execute') and has_schema_privilege(pronamespace, 'usage')"
        )
    } else if text.contains("from pg_catalog.pg_operator where") {
        format!("{text} and not array[oprleft, oprright, oprresult] && array({vague})")
    } else {
        text.to_owned()
    }
}

fn code_of(message: &Message) -> String {
    let fields = protocol::fields(&message.body);
    let code = fields.iter().find(|(letter, _)| *letter == b'C');
    code.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).unwrap_or_default()
}
