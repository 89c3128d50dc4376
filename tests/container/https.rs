//! HTTPS in front of the fake GitHub, on an address that containers reach, as an own server of
//! GitHub has it: with a certificate of an authority that nobody else knows.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::engine;
use crate::fake_github::FakeGitHub;

/// The API's address for containers, and who vouches for it. It is served until the tests end.
pub(crate) struct Https {
    /// The address.
    pub(crate) url: String,
    /// The authority's certificate, as PEM.
    pub(crate) authority: String,
}

impl Https {
    /// Serves a fake GitHub over HTTPS.
    pub(crate) fn before(server: &FakeGitHub) -> Self {
        let gateway = gateway();
        let folder = certificates(&gateway);
        let config = Arc::new(config(folder.path()));
        let listener = TcpListener::bind((gateway.as_str(), 0)).unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        server.behind(&url);
        let plain: SocketAddr = server.url().trim_start_matches("http://").parse().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let config = Arc::clone(&config);
                // A client that does not trust us ends the conversation, which is one of the tests.
                std::thread::spawn(move || drop(forward(stream, config, plain)));
            }
        });
        Self { url, authority: std::fs::read_to_string(folder.path().join("authority.pem")).unwrap() }
    }
}

/// Returns the address under which containers reach this machine. An engine that has just made its
/// bridge tells the network alone, of which it takes the first address.
pub(crate) fn gateway() -> String {
    let format = "{{with index .IPAM.Config 0}}{{.Gateway}} {{.Subnet}}{{end}}";
    let told = engine::output(&["network", "inspect", "bridge", "--format", format]).stdout;
    let told = String::from_utf8(told).unwrap();
    let first = told.split_whitespace().next().unwrap();
    match first.split_once('/') {
        None => first.to_owned(),
        Some((network, _)) => {
            let network: std::net::Ipv4Addr = network.parse().unwrap();
            std::net::Ipv4Addr::from_bits(network.to_bits() + 1).to_string()
        }
    }
}

/// Makes an authority and a certificate for an address.
fn certificates(address: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("names"), format!("subjectAltName=IP:{address}\n")).unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for line in [
        format!("req -x509 {key} -keyout authority.key -out authority.pem -subj /CN=Harbour -days 2"),
        format!("req {key} -keyout server.key -out server.csr -subj /CN=ferry"),
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -extfile names -days 2 \
         -out server.pem"
            .to_owned(),
    ] {
        let made = Command::new("openssl").args(line.split_whitespace()).current_dir(folder.path()).output().unwrap();
        assert!(made.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&made.stderr));
    }
    folder
}

fn config(folder: &Path) -> ServerConfig {
    let certificate = CertificateDer::from_pem_file(folder.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    builder.with_single_cert(vec![certificate], key).unwrap()
}

/// Passes on one request and its answer. One a connection tells where it ends.
fn forward(stream: TcpStream, config: Arc<ServerConfig>, plain: SocketAddr) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut secure = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        secure.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).map_err(io::Error::other)?;
    let mut plain = TcpStream::connect(plain)?;
    plain.write_all(head.replacen("\r\n", "\r\nconnection: close\r\n", 1).as_bytes())?;
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")).map_or("0", str::trim);
    io::copy(&mut io::Read::by_ref(&mut secure).take(length.parse().map_err(io::Error::other)?), &mut plain)?;
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer)?;
    secure.write_all(&answer)?;
    secure.conn.send_close_notify();
    secure.flush()
}
