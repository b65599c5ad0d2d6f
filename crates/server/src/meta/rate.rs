//! What the door measures of rates: points of the token's app on the ad account that a call is about.
//! It refuses nothing; the engine does, on this evidence.
//!
//! A campaign, an ad or an audience is of an account, so calls on it count there: if whoever calls may
//! know of it. What is hidden is counted like what is not there, for otherwise the headers would tell.

use ::meta::usage::{AccountUsage, Usage, account_behind, account_of};
use ::meta::{Call, Method};
use engine::fact::{Fact, Key};
use engine::{Credential, Directory, Rate};
use node::rates::Used;
use rulebook::RateScore;

use super::Place;
use crate::app::App;

/// Counts a call, notes in its place what the pool says, and returns how much is used up.
pub(super) async fn counted(app: &App, place: &mut Place, call: &Call) -> Option<Usage> {
    let on = about(app, place, call).await;
    let grant = place.asker.grant.as_ref()?;
    let directory = place.directory().ok()?;
    let rules = directory.rulebook().rules(0);
    let score = rules.rate_scores.first()?;
    let tier = match directory.fact(&Key::App(grant.app.clone())) {
        // Without a tier an app has the lowest.
        Some(Fact::App(app)) => app.tier.as_deref().and_then(|tier| rules.names.tier(tier)),
        _ => None,
    };
    let tier = tier.unwrap_or_default();
    let limit = score.of_tier(tier)?;
    let points = points(score, call.method);
    let (now, board) = (app.installation.now(), &app.installation.rates);
    let of = (&place.realm, grant.app.as_str());
    let all = board.count_app(of, points, limit, now);
    let highest = usize::from(tier) + 1 == rules.names.tiers().len();
    let account = on.map(|(account, edge)| {
        let used = board.count((of.0, of.1, &account), points, limit, now);
        usage_of(&account, edge, used)
    });
    if account.as_ref().is_some_and(|used| used.regain_s > 0) {
        place.rate = Rate::Exceeded;
    }
    Some(Usage {
        app: all.basis_points,
        full: highest,
        account,
    })
}

/// Returns the ad account that a call is about, and the edge as it counts there. An account that does not
/// exist is counted like one that does.
async fn about(app: &App, place: &Place, call: &Call) -> Option<(String, String)> {
    let edge = call.path.get(1).cloned().unwrap_or_default();
    if let Some(account) = account_of(&call.path) {
        return Some((account.to_owned(), edge));
    }
    let (app, place, id) = (app.clone(), place.clone(), call.path.first()?.clone());
    let found = tokio::task::spawn_blocking(move || {
        let directory: &Directory = place.directory().ok()?;
        let shelf = market::Shelf::new(app.installation.store(), &place.realm);
        let by = Credential::Token(place.asker.digest);
        account_behind(directory, shelf, &by, &id, app.installation.now())
    });
    let (account, audience) = found.await.ok()??;
    let edge = match audience {
        true => "customaudiences".to_owned(),
        false => edge,
    };
    Some((account.to_string(), edge))
}

fn points(score: &RateScore, method: Method) -> u32 {
    match method {
        Method::Get => score.read,
        Method::Post | Method::Delete => score.write,
    }
}

fn usage_of(account: &str, edge: String, used: Used) -> AccountUsage {
    AccountUsage {
        id: account.trim_start_matches("act_").to_owned(),
        edge,
        used: used.basis_points,
        reset_s: used.reset_s,
        regain_s: used.regain_s,
    }
}
