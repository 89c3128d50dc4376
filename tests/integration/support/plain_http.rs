//! A client that has nothing to do with ours.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Reads an address and returns the body.
pub(crate) fn get(address: &str) -> String {
    let (host, path) = address.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.0\r\nhost: {host}\r\naccept: application/json\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}
