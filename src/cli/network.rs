//! The options that say whether and as whom GitHub is asked.

use clap::Args;

use crate::commands::online::Network;
use crate::model::secret::Secret;

/// Options that every verb has that may ask GitHub.
#[derive(Args, Debug)]
#[group(skip)]
pub(super) struct Arguments {
    /// Ask nothing of the network
    #[arg(long, conflicts_with = "online")]
    offline: bool,

    /// Ask GitHub, also without a token [default: only with a token]
    #[arg(long)]
    online: bool,

    /// Ask GitHub with this token [default: that of `GITHUB_TOKEN` or `GH_TOKEN`]
    #[arg(long)]
    pub(super) token: Option<Secret>,

    /// The repository to ask GitHub for [default: `GITHUB_REPOSITORY`]
    #[arg(long, value_name = "OWNER/NAME")]
    pub(super) repository: Option<String>,
}

impl Arguments {
    /// Returns whether GitHub is asked.
    pub(super) fn network(&self) -> Network {
        match (self.offline, self.online) {
            (true, _) => Network::Offline,
            (false, true) => Network::Online,
            (false, false) => Network::WithToken,
        }
    }
}
