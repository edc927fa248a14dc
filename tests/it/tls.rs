//! The command line over https: a certificate that is trusted, one that is not, and one of another name.

use std::{
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use shikiri::testkit::{A, SLIPS_A, World};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use crate::http::{
    client::log_in,
    exports::{all, order},
};

/// Where the certificate and its key are.
const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/tls");

/// What stands in front of the service in production: it ends TLS, and counts those whom it let in.
struct Proxy {
    port: u16,
    let_in: Arc<AtomicUsize>,
}

impl Proxy {
    async fn start(service: std::net::SocketAddr) -> Proxy {
        let certificate = CertificateDer::from_pem_file(format!("{DIR}/localhost.crt"));
        let key = PrivateKeyDer::from_pem_file(format!("{DIR}/localhost.key")).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.expect("a certificate")], key)
            .expect("they belong together");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let let_in = Arc::new(AtomicUsize::new(0));
        let counter = let_in.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), counter.clone());
                tokio::spawn(async move {
                    // A client that does not trust us ends it here, before it has said anything.
                    let Ok(mut client) = acceptor.accept(socket).await else { return };
                    counter.fetch_add(1, Ordering::SeqCst);
                    let mut service = TcpStream::connect(service).await.expect("serves");
                    drop(tokio::io::copy_bidirectional(&mut client, &mut service).await);
                });
            }
        });
        Proxy { port, let_in }
    }
}

async fn watch(host: &str, port: u16, token: &str, id: &str, trusted: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shikiri"));
    command
        .args(["export", "watch", id])
        .env("SHIKIRI_URL", format!("https://{host}:{port}"))
        .env("SHIKIRI_TOKEN", token)
        .env_remove("SSL_CERT_DIR")
        .env_remove("SSL_CERT_FILE")
        .stdin(Stdio::null());
    if trusted {
        command.env("SSL_CERT_FILE", format!("{DIR}/localhost.crt"));
    }
    let done = tokio::task::spawn_blocking(move || command.output().expect("runs")).await;
    done.expect("ends")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_watched_over_https_and_no_token_goes_to_whom_nobody_trusts() {
    let world = World::new().await;
    let served = world.serve().await;
    let token = log_in(&served, &A, "clerk").await;
    let told = order(&served, &token, "k", &all(SLIPS_A)).await.json();
    let id = told["id"].as_str().expect("an id");
    let proxy = Proxy::start(served.address).await;
    let let_in = || proxy.let_in.load(Ordering::SeqCst);
    let said = watch("localhost", proxy.port, &token, id, true).await;
    let err = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "{err}");
    assert_eq!(String::from_utf8_lossy(&said.stdout), "ready: 3 pages, 45 rows\n");
    let before = let_in();
    assert!(0 < before);
    // Not trusted by this machine; and trusted, but of another name.
    for (host, trusted) in [("localhost", false), ("127.0.0.1", true)] {
        let said = watch(host, proxy.port, &token, id, trusted).await;
        let err = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(!said.status.success() && said.stdout.is_empty(), "{host}");
        assert!(err.contains("certificate") && !err.contains(&token), "{err}");
    }
    assert_eq!(let_in(), before, "it spoke to a service that it must not trust");
}
