//! A service whose version is a file's content, and whose probes may end whoever sends them.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What is done when a request comes.
type Watch = Box<dyn FnMut(&str) + Send>;

/// A running service. It answers as its version is called: `bad` with 500, `slow` late, `leak` with
/// figures that grow, and with nothing where there is no version.
pub(super) struct Service {
    pub(super) port: u16,
    watch: Arc<Mutex<Option<Watch>>>,
    /// What was sent to `/hook`.
    pub(super) told: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Starts it; `folder` has the file `current`.
    pub(super) fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let watch: Arc<Mutex<Option<Watch>>> = Arc::default();
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let (current, watching, heard) = (folder.join("current"), watch.clone(), told.clone());
        thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let (current, watching, heard) = (current.clone(), watching.clone(), heard.clone());
                thread::spawn(move || answer(stream.unwrap(), &current, count, &watching, &heard));
            }
        });
        Self { port, watch, told }
    }

    /// Calls at each request, with its path, before it is answered.
    pub(super) fn watch(&self, watch: impl FnMut(&str) + Send + 'static) {
        *self.watch.lock().unwrap() = Some(Box::new(watch));
    }

    /// Returns a configuration with this service as `staging`.
    pub(super) fn configuration(&self, more: &str) -> String {
        let port = self.port;
        format!(
            "preset: none\nhealth:\n  environments:\n    staging:\n      endpoints:\n        web: {{url: \
             \"http://127.0.0.1:{port}/\", timeout: 5s, degraded: 20s, down: 20s}}\ndeploy:\n  webhooks: [{{url: \
             \"http://127.0.0.1:{port}/hook\", form: json}}]\n{more}"
        )
    }
}

fn answer(
    mut stream: TcpStream,
    current: &PathBuf,
    count: usize,
    watch: &Mutex<Option<Watch>>,
    told: &Mutex<Vec<String>>,
) {
    let mut bytes = [0; 8192];
    let mut request = String::new();
    // A body may come behind its head.
    while !is_whole(&request) {
        let length = stream.read(&mut bytes).unwrap_or(0);
        if length == 0 {
            break;
        }
        request.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    if let Some(watch) = watch.lock().unwrap().as_mut() {
        watch(&path);
    }
    let version = std::fs::read_to_string(current).unwrap_or_default();
    let (code, body) = match (path.as_str(), version.trim()) {
        ("/hook", _) => {
            told.lock().unwrap().push(request.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned());
            (200, String::new())
        }
        ("/metrics", version) => {
            let memory = if version.starts_with("leak") { 1000 + count * 1000 } else { 1000 };
            (200, format!("process_resident_memory_bytes {memory}\n"))
        }
        (_, "") => return,
        (_, version) if version.starts_with("bad") => (500, "no".to_owned()),
        (_, version) => {
            if version.starts_with("slow") {
                thread::sleep(Duration::from_millis(120));
            }
            (200, "yes".to_owned())
        }
    };
    let answer = format!("HTTP/1.1 {code} X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    drop(stream.write_all(answer.as_bytes()));
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}
