//! The smallest HTTP client there is: one GET, one connection.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::Value;

use crate::ground::Res;

/// Gets a page as JSON.
pub fn get(address: &str, path: &str, token: &str) -> Res<Value> {
    let mut stream = TcpStream::connect(address)?;
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("not an HTTP answer")?;
    if !head.starts_with("HTTP/1.1 200") || !head.to_lowercase().contains("content-length") {
        return Err(format!("{path}: {answer}").into());
    }
    Ok(serde_json::from_str(body)?)
}
