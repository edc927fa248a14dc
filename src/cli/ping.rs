//! `shikiri ping`: a health check without another program in the image.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::cli::Failure;

/// Arguments.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Address and path, e.g. 127.0.0.1:9464/readyz
    target: String,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let target = args.target.trim_start_matches("http://");
    let (address, path) = target.split_once('/').ok_or("write it as 127.0.0.1:9464/readyz")?;
    let answer = timeout(Duration::from_secs(5), get(address, path)).await;
    let answer = answer.map_err(|_| format!("{address} did not answer in 5 seconds"))??;
    let status = answer.split_whitespace().nth(1).unwrap_or_default();
    if status == "200" {
        return Ok(());
    }
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Err(format!("{target} answers {status}\n{body}").into())
}

async fn get(address: &str, path: &str) -> Result<String, Failure> {
    let mut stream =
        TcpStream::connect(address).await.map_err(|err| format!("{address}: {err}"))?;
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
