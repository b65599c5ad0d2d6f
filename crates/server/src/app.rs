//! What every handler shares.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use engine::Directory;
use jiff::Timestamp;
use ledger::{LogClock, Realm};
use node::clock::{Clock, SetClock};
use node::installation::Installation;
use node::realms::Realms;
use node::sign_in::Site;
use node::view::View;

use crate::meta::AppTokens;
use crate::metrics::Metrics;
use crate::oauth::Provider;
use crate::upstream::Upstream;

/// How the server is set.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address under which callers know it, without a slash at the end.
    pub public_url: String,
    /// The clock that test controls set; they exist only with it.
    pub test_clock: Option<Arc<TestClock>>,
    /// An identity provider at which people may sign in.
    pub upstream: Option<Upstream>,
}

/// A clock that runs on from where it was set.
#[derive(Debug)]
pub struct TestClock {
    real: node::clock::RealClock,
    offset: SetClock,
    start: Timestamp,
}

impl TestClock {
    /// Returns a clock that shows the machine's time until it is advanced.
    #[must_use]
    pub fn new() -> Self {
        let real = node::clock::RealClock;
        let start = real.now();
        Self {
            real,
            offset: SetClock::at(start),
            start,
        }
    }

    /// Moves the clock on.
    pub fn advance(&self, by: jiff::SignedDuration) {
        self.offset.advance(by);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let ahead = self.offset.now().duration_since(self.start);
        self.real.now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    fn kind(&self) -> LogClock {
        LogClock::Test
    }
}

/// What every handler shares.
#[derive(Debug, Clone)]
pub struct App {
    /// The installation.
    pub installation: Arc<Installation>,
    /// How the server is set.
    pub options: Arc<Options>,
    pub(crate) metrics: Arc<Metrics>,
    /// Turns at folding the past.
    pub(crate) past: Arc<tokio::sync::Semaphore>,
    /// Turns at looking at passwords, each of which takes memory.
    pub(crate) passwords: Arc<tokio::sync::Semaphore>,
    /// The identity provider, if there is one.
    pub(crate) upstream: Option<Arc<Provider>>,
    /// Turns at waiting for it.
    pub(crate) upstream_turns: Arc<tokio::sync::Semaphore>,
    /// Somebody will write down what was refused.
    pub(crate) refusals_due: Arc<AtomicBool>,
    /// Tokens of apps that an id and a secret stand for.
    pub(crate) app_tokens: Arc<AppTokens>,
    /// Where people's passkeys are good, if anywhere.
    pub(crate) passkeys: Option<Arc<Site>>,
}

impl App {
    /// Returns what handlers share.
    #[must_use]
    pub fn new(installation: Arc<Installation>, options: Options) -> Self {
        let upstream = options.upstream.clone();
        Self {
            installation,
            upstream: upstream.map(|upstream| Arc::new(Provider::new(upstream))),
            passkeys: Site::of(&options.public_url).map(Arc::new),
            upstream_turns: Arc::new(tokio::sync::Semaphore::new(8)),
            options: Arc::new(options),
            metrics: Arc::default(),
            refusals_due: Arc::default(),
            app_tokens: Arc::default(),
            past: Arc::new(tokio::sync::Semaphore::new(2)),
            passwords: Arc::new(tokio::sync::Semaphore::new(2)),
        }
    }
}

/// A realm as one request sees it: it does not change while it is looked at.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    view: Arc<View<Realms>>,
    pub(crate) realm: Realm,
}

impl Sight {
    pub(crate) const fn new(view: Arc<View<Realms>>, realm: Realm) -> Self {
        Self { view, realm }
    }

    /// Returns the state of all realms.
    pub(crate) const fn view(&self) -> &Arc<View<Realms>> {
        &self.view
    }

    /// Returns the realm's directory, even while it is being loaded.
    pub(crate) fn any_directory(&self) -> Option<&Directory> {
        self.view.state.get(&self.realm)
    }

    /// Returns the realm's directory, unless it is gone or being loaded.
    pub(crate) fn directory(&self) -> Option<&Directory> {
        node::installation::directory(&self.view, &self.realm)
    }

    /// Returns the consistency token of the state that is seen.
    pub(crate) fn state(&self) -> String {
        self.view.head.token().to_string()
    }
}
