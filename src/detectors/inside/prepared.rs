//! What earlier commands of a job have left: images that they built, and Compose files that they
//! put in the place of others.

use std::collections::BTreeMap;

use super::containers::{behind_options, built};
use super::image::Image;
use crate::model::repository::{join, name_of};

/// The images and files that commands have left, job by job.
#[derive(Clone, Debug, Default)]
pub(in crate::detectors) struct Prepared {
    images: BTreeMap<String, Image>,
    links: Vec<Link>,
}

/// A file that was linked, copied or moved to another path.
#[derive(Clone, Debug)]
struct Link {
    from: String,
    to: String,
    /// The command that led to it.
    caller: String,
}

impl Prepared {
    /// Forgets what only one job knows: its files. Images may come from another one.
    pub(in crate::detectors) fn next_job(&mut self) {
        self.links.clear();
    }

    /// Takes note of what a command, program first, that runs in a folder leaves.
    pub(in crate::detectors) fn take(&mut self, folder: &str, command: &[&str], caller: &str) {
        match command {
            ["docker" | "podman" | "nerdctl", rest @ ..] => self.docker(folder, behind_options(rest)),
            ["ln" | "cp" | "mv", rest @ ..] => {
                let names: Vec<&str> = rest.iter().filter(|word| !word.starts_with('-')).copied().collect();
                let [from, to] = names.as_slice() else { return };
                let path = |name: &str| join(folder, name.trim_start_matches('/'));
                // A link's target is told from where the link stands.
                let from = if from.contains('/') { path(from) } else { path(to).and_then(|to| beside(&to, from)) };
                if let (Some(from), Some(to)) = (from, path(to)) {
                    self.links.push(Link { from, to, caller: caller.to_owned() });
                }
            }
            _ => {}
        }
    }

    fn docker(&mut self, folder: &str, rest: &[&str]) {
        if let ["tag", from, to] = rest {
            let image = self.image(from).cloned();
            self.images.extend(image.map(|image| (key(to), image)));
        }
        let Some(image) = built(folder, rest) else { return };
        let mut words = rest.iter().peekable();
        while let Some(word) = words.next() {
            let name = match word.split_once('=') {
                Some(("-t" | "--tag", name)) => Some(name),
                Some(_) => None,
                None => matches!(*word, "-t" | "--tag").then(|| words.peek().map(|word| **word)).flatten(),
            };
            self.images.extend(name.map(|name| (key(name), image.clone())));
        }
    }

    /// Takes note of an image that was built under a name.
    pub(in crate::detectors) fn built(&mut self, name: &str, image: Image) {
        self.images.insert(key(name), image);
    }

    /// Returns the image that was built under a name.
    pub(in crate::detectors) fn image(&self, name: &str) -> Option<&Image> {
        self.images.get(&key(name))
    }

    /// Returns the file that stands at a path since a command put it there. A script may do so with
    /// one of several, as its argument says.
    pub(super) fn in_place_of(&self, path: &str) -> Option<&str> {
        let links: Vec<&Link> = self.links.iter().filter(|link| link.to == path).collect();
        if let [link] = links.as_slice() {
            return Some(&link.from);
        }
        let asked = |link: &&&Link| {
            let parts: Vec<&str> = name_of(&link.from).split('.').collect();
            link.caller.split_whitespace().skip(1).any(|word| parts.contains(&word))
        };
        links.iter().rev().find(asked).map(|link| link.from.as_str())
    }
}

fn beside(path: &str, name: &str) -> Option<String> {
    join(path.rsplit_once('/').map_or("", |(folder, _)| folder), name)
}

fn key(name: &str) -> String {
    name.trim_matches(['"', '\'']).trim_end_matches(":latest").to_owned()
}
