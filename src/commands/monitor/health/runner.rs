//! Where the runner itself is, seen from inside a container action.

use std::borrow::Borrow;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use crate::monitor::health::{Endpoint, is_localhost};
use crate::sources::workspace;
use crate::world::World;

/// The kernel's table of routes: see proc(5).
const ROUTES: &str = "/proc/net/route";

/// Returns where `localhost` leads, and a note that explains it: inside a container action that name
/// means the action's own container, and the runner is the bridge's gateway.
pub(in crate::commands) fn localhost<E: Borrow<Endpoint>>(
    endpoints: &[E],
    world: &World,
) -> (Option<IpAddr>, Option<String>) {
    if !world.environment.in_container_action()
        || !endpoints.iter().any(|endpoint| is_localhost(&endpoint.borrow().url))
    {
        return (None, None);
    }
    let routes = workspace::read(Path::new(ROUTES), 1 << 20).unwrap_or_default();
    let Some(gateway) = gateway(&String::from_utf8_lossy(&routes)) else { return (None, None) };
    let note = format!(
        "`localhost` is the runner, reached from this container at {gateway}: what listens there on 127.0.0.1 alone \
         cannot be reached, let it listen on 0.0.0.0; a service of the job is reached by its key as the host's name"
    );
    (Some(IpAddr::V4(gateway)), Some(note))
}

/// Finds the gateway of the default route; addresses stand there as little-endian hexadecimals.
fn gateway(routes: &str) -> Option<Ipv4Addr> {
    let route = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, destination, gateway, ..] = fields.as_slice() else { return None };
        let number = u32::from_str_radix(gateway, 16).ok().filter(|number| *number != 0)?;
        (*destination == "00000000").then(|| Ipv4Addr::from(number.swap_bytes()))
    };
    routes.lines().skip(1).find_map(route)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_is_that_of_the_default_route() {
        let routes =
            "Iface\tDestination\tGateway\tFlags\neth0\t000011AC\t00000000\t0001\neth0\t00000000\t010011AC\t0003\n";
        assert_eq!(gateway(routes), Some(Ipv4Addr::new(172, 17, 0, 1)));
        assert_eq!(gateway("Iface\neth0\t00000000\t00000000\n"), None);
        assert_eq!(gateway(""), None);
    }
}
