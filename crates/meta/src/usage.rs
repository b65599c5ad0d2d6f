//! How much an app has used up, as the headers of an answer say it.
//!
//! Source: platform docs, rate limiting: the names, their fields, and percent. Times of the processor
//! are not measured here and are 0.

use engine::fact::Fact;
use engine::{AssetId, Context, Credential, Directory, Evidence, Request, decide};
use jiff::Timestamp;
use market::Shelf;
use serde_json::{Value, json};

use crate::market::audience::KIND;
use crate::node::{Node, asset};

/// How much is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Of the app's, in hundredths of a percent.
    pub app: u32,
    /// Has the app the highest tier?
    pub full: bool,
    /// Of the ad account that the call is about.
    pub account: Option<AccountUsage>,
}

/// How much of an ad account's is used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountUsage {
    /// The account as it was written, without `act_`.
    pub id: String,
    /// The edge of the call; empty for the account itself.
    pub edge: String,
    /// In hundredths of a percent.
    pub used: u32,
    /// Seconds until nothing is used up any more.
    pub reset_s: u32,
    /// Seconds until calls are answered again.
    pub regain_s: u32,
}

/// A header: its name, and its value as JSON.
pub type Header = (&'static str, String);

impl Usage {
    /// Returns the headers. They name the account as the caller did, and nothing else: what they say of
    /// one that is hidden they say of one that is not there.
    #[must_use]
    pub fn headers(&self) -> Vec<Header> {
        let tier = match self.full {
            true => "standard_access",
            false => "development_access",
        };
        let whole = |used: u32| used.div_ceil(100);
        let app = json!({ "call_count": whole(self.app), "total_time": 0, "total_cputime": 0 });
        let mut headers = vec![("x-app-usage", app.to_string())];
        let Some(account) = &self.account else {
            return headers;
        };
        let percent = f64::from(account.used) / 100.0;
        let own = json!({
            "acc_id_util_pct": percent,
            "reset_time_duration": account.reset_s,
            "ads_api_access_tier": tier,
        });
        headers.push(("x-ad-account-usage", own.to_string()));
        let case = json!([{
            "type": account.use_case(),
            "call_count": whole(account.used),
            "total_cputime": 0,
            "total_time": 0,
            // In minutes.
            "estimated_time_to_regain_access": account.regain_s.div_ceil(60),
            "ads_api_access_tier": tier,
        }]);
        let cases = Value::Object([(account.id.clone(), case)].into_iter().collect());
        headers.push(("x-business-use-case-usage", cases.to_string()));
        if account.edge == "insights" {
            let throttle = json!({
                "app_id_util_pct": f64::from(self.app) / 100.0,
                "acc_id_util_pct": percent,
                "ads_api_access_tier": tier,
            });
            headers.push(("x-fb-ads-insights-throttle", throttle.to_string()));
        }
        headers
    }
}

impl AccountUsage {
    fn use_case(&self) -> &'static str {
        match self.edge.as_str() {
            "insights" => "ads_insights",
            "customaudiences" => "custom_audience",
            _ => "ads_management",
        }
    }
}

/// Returns the ad account that a path is about, as it is written.
#[must_use]
pub fn account_of(path: &[String]) -> Option<&str> {
    const LONGEST: usize = 64;
    let first = path.first()?;
    let number = first.strip_prefix("act_")?;
    let plain = number
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (plain && !number.is_empty() && first.len() <= LONGEST).then_some(first.as_str())
}

/// Returns the ad account that something else is of, a campaign or an audience, and whether it is an
/// audience; nothing if it is of none, or not for whoever asks.
#[must_use]
pub fn account_behind(
    directory: &Directory,
    market: Shelf<'_>,
    by: &Credential,
    id: &str,
    now: Timestamp,
) -> Option<(AssetId, bool)> {
    const ACCOUNT: &str = "ad_account";
    let node = Node::find(directory, id);
    let node = match node {
        Some(node) => node,
        None => Node::Market(Box::new(market.find(id).ok()??)),
    };
    let (operation, resource) = node.reading();
    let request = Request {
        credential: by.clone(),
        operation: operation.to_owned(),
        resource,
        with: Vec::new(),
        context: Context::default(),
    };
    if !decide(directory, &request, &Evidence::default(), now).visible {
        return None;
    }
    let is_account = |id: &AssetId| {
        let known = asset(directory, id);
        known.is_some_and(|known| known.kind == ACCOUNT)
    };
    match node {
        Node::Market(kept) => Some((kept.value.asset, false)).filter(|(id, _)| is_account(id)),
        Node::Asset(one) if one.kind == KIND => {
            let mut around = directory.around_asset(&one.id).into_iter();
            let account = around.find_map(|fact| match fact {
                Fact::Link(link) if link.asset == one.id && is_account(&link.to) => Some(link.to),
                _ => None,
            });
            account.map(|account| (account, true))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountUsage, Usage, account_of};

    #[test]
    fn headers_as_they_are_documented() {
        let mut usage = Usage {
            app: 2_801,
            full: true,
            account: None,
        };
        assert_eq!(
            usage.headers(),
            [(
                "x-app-usage",
                r#"{"call_count":29,"total_cputime":0,"total_time":0}"#.to_owned()
            )]
        );
        usage.full = false;
        usage.account = Some(AccountUsage {
            id: "11".to_owned(),
            edge: "insights".to_owned(),
            used: 967,
            reset_s: 100,
            regain_s: 61,
        });
        let said: Vec<String> = usage
            .headers()
            .into_iter()
            .skip(1)
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        assert_eq!(
            said,
            [
                "x-ad-account-usage: {\"acc_id_util_pct\":9.67,\"ads_api_access_tier\":\"development_access\",\
                 \"reset_time_duration\":100}",
                "x-business-use-case-usage: {\"11\":[{\"ads_api_access_tier\":\"development_access\",\
                 \"call_count\":10,\"estimated_time_to_regain_access\":2,\"total_cputime\":0,\"total_time\":0,\
                 \"type\":\"ads_insights\"}]}",
                "x-fb-ads-insights-throttle: {\"acc_id_util_pct\":9.67,\"ads_api_access_tier\":\
                 \"development_access\",\"app_id_util_pct\":28.01}",
            ]
        );
    }

    #[test]
    fn an_account_is_what_is_written_as_one() {
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(account_of(&path("act_1/insights")), Some("act_1"));
        for other in [
            "",
            "act_",
            "1",
            "me/adaccounts",
            "act_\u{1}",
            "act_\r\nx: y",
        ] {
            assert_eq!(account_of(&path(other)), None, "{other:?}");
        }
        assert_eq!(account_of(&[format!("act_{}", "1".repeat(100))]), None);
        assert_eq!(account_of(&[]), None);
    }
}
