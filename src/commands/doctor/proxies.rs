//! Proxies and certificates, as variables name them.

use http::Uri;

use crate::commands::online;
use crate::model::diagnosis::Check;
use crate::world::World;

/// The variables that name a proxy; both cases are honoured.
const PROXIES: &[&str] = &["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The variables that name certificates.
const CERTIFICATES: &[&str] = &["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Looks at all of it.
pub(super) fn checks(world: &World) -> Vec<Check> {
    vec![proxy(world), certificates(world)]
}

fn proxy(world: &World) -> Check {
    let set: Vec<(&str, &str)> =
        PROXIES.iter().filter_map(|name| Some((*name, world.environment.get(name)?))).collect();
    if set.is_empty() {
        return Check::good("proxy", "none");
    }
    if let Some((name, _)) = set.iter().find(|(_, address)| shown(address).is_none()) {
        return Check::wrong("proxy", format!("{name} is no address"), "write it as http://HOST:PORT");
    }
    let list = set.iter().filter_map(|(name, address)| Some(format!("{name}={}", shown(address)?)));
    let without = ["NO_PROXY", "no_proxy"].into_iter().find_map(|name| world.environment.get(name));
    let without = without.map(|hosts| format!("; not for {hosts}")).unwrap_or_default();
    Check::good("proxy", format!("{}{without}", list.collect::<Vec<_>>().join(", ")))
}

/// Writes an address without the name and the password that may stand in it; nothing for what is
/// no address.
fn shown(address: &str) -> Option<String> {
    let uri: Uri = if address.contains("://") { address.parse() } else { format!("http://{address}").parse() }.ok()?;
    let authority = uri.authority()?.as_str();
    let (credentials, host) = authority.rsplit_once('@').map_or((false, authority), |(_, host)| (true, host));
    let credentials = if credentials { " (with a password)" } else { "" };
    Some(format!("{}://{host}{credentials}", uri.scheme_str().unwrap_or("http")))
}

fn certificates(world: &World) -> Check {
    match online::check_certificates(&world.environment, &world.folder) {
        Ok(()) => {
            let named = CERTIFICATES.iter().filter_map(|name| Some(format!("{name}={}", world.environment.get(name)?)));
            let named: Vec<String> = named.collect();
            let beside = if named.is_empty() { "the system's" } else { "those of" };
            let found = format!("built in, and {beside} {}", named.join(", "));
            Check::good("certificates", found.trim_end())
        }
        Err(failure) => Check::wrong("certificates", failure.to_string(), failure.hints().join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(shown("http://ann:s3cret@proxy:8080/").as_deref(), Some("http://proxy:8080 (with a password)"));
        assert_eq!(shown("http://a@b:s3cret@proxy").as_deref(), Some("http://proxy (with a password)"));
        assert_eq!(shown("proxy:8080").as_deref(), Some("http://proxy:8080"));
        assert_eq!(shown("not an address"), None);
    }
}
