//! Just enough of Postgres's protocol to stand between a client and a server: whole messages, and what is in some.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A message of either side: its letter, and what follows its length.
#[derive(Debug, Clone)]
pub struct Message {
    pub letter: u8,
    pub body: Vec<u8>,
}

/// No message of a test is longer.
const BYTES_MAX: usize = 256 * 1024 * 1024;

impl Message {
    pub fn new(letter: u8, body: Vec<u8>) -> Message {
        Message { letter, body }
    }

    /// Reads one; none when the other side has gone.
    pub async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Message>> {
        let letter = match from.read_u8().await {
            Ok(letter) => letter,
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(err) if err.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
            Err(err) => return Err(err),
        };
        let body = body(from).await?;
        Ok(Some(Message { letter, body }))
    }

    pub async fn write(&self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        let mut all = vec![self.letter];
        all.extend(length(self.body.len()));
        all.extend(&self.body);
        to.write_all(&all).await
    }
}

/// What a client says first has no letter.
pub async fn body(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = usize::try_from(from.read_u32().await?).unwrap_or(usize::MAX);
    if !(4..BYTES_MAX).contains(&length) {
        return Err(io::Error::other("a message of no sensible length"));
    }
    let mut body = vec![0; length - 4];
    from.read_exact(&mut body).await?;
    Ok(body)
}

/// A length as it stands before a body.
pub fn length(body: usize) -> [u8; 4] {
    u32::try_from(body + 4).expect("a message is short").to_be_bytes()
}

/// A text with its end.
pub fn text(it: &str) -> Vec<u8> {
    let mut res = it.as_bytes().to_vec();
    res.push(0);
    res
}

/// A query of the simple protocol.
pub fn query(sql: &str) -> Message {
    Message::new(b'Q', text(sql))
}

/// A statement with one parameter as text, of the extended protocol, to its end.
pub fn with_parameter(sql: &str, value: &str) -> Vec<Message> {
    let mut parse = text("");
    parse.extend(text(sql));
    parse.extend([0, 0]);
    let mut bind = vec![0, 0, 0, 0, 0, 1];
    bind.extend(u32::try_from(value.len()).expect("short").to_be_bytes());
    bind.extend(value.as_bytes());
    bind.extend([0, 0]);
    let execute = vec![0, 0, 0, 0, 0];
    vec![
        Message::new(b'P', parse),
        Message::new(b'B', bind),
        Message::new(b'E', execute),
        Message::new(b'S', Vec::new()),
    ]
}

/// The values of a row: none for null.
pub fn values(body: &[u8]) -> Vec<Option<&[u8]>> {
    let mut rest = &body[2..];
    let mut res = Vec::new();
    while 4 <= rest.len() {
        let length = i32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]);
        rest = &rest[4..];
        match usize::try_from(length) {
            Ok(length) => {
                res.push(Some(&rest[..length]));
                rest = &rest[length..];
            }
            Err(_) => res.push(None),
        }
    }
    res
}

/// Which column of which table each column of an answer is.
pub fn origins(body: &[u8]) -> Vec<(u32, u16)> {
    let mut rest = &body[2..];
    let mut res = Vec::new();
    while let Some(end) = rest.iter().position(|it| *it == 0) {
        let it = &rest[end + 1..];
        res.push((
            u32::from_be_bytes([it[0], it[1], it[2], it[3]]),
            u16::from_be_bytes([it[4], it[5]]),
        ));
        rest = &it[18..];
    }
    res
}

/// The fields of an error or a notice: their letters and texts.
pub fn fields(body: &[u8]) -> Vec<(u8, &[u8])> {
    body.split(|it| *it == 0).filter(|it| !it.is_empty()).map(|it| (it[0], &it[1..])).collect()
}
