//! Which operation a call of the platform is, as far as its path says.

/// Returns the operation's name for a method and a path, such as `GET act_1/insights` or a whole
/// address; nothing if the path says too little.
#[must_use]
pub fn operation_of(method: &str, path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| {
        rest.split_once('/').map_or("", |(_, path)| path)
    });
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let mut parts: Vec<&str> = parts.by_ref().filter(|part| !is_version(part)).collect();
    let last = parts.pop()?;
    let account = last.starts_with("act_") || parts.last().is_some_and(|id| id.starts_with("act_"));
    let named = match method.to_ascii_lowercase().as_str() {
        "get" => GETS,
        "post" => POSTS,
        "delete" => DELETES,
        _ => return None,
    };
    if parts.is_empty() {
        return match (account, method.to_ascii_lowercase().as_str()) {
            (true, "get") => Some("ad_account.view"),
            (true, "post") => Some("ad_account.update"),
            _ => None,
        };
    }
    let found = named.iter().find(|(edge, _)| *edge == last);
    found.map(|(_, operation)| *operation)
}

fn is_version(part: &str) -> bool {
    let number = part.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    number.is_some_and(|(major, minor)| {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(major) && digits(minor)
    })
}

const GETS: &[(&str, &str)] = &[
    ("insights", "insights.read"),
    ("campaigns", "campaign.read"),
    ("adsets", "adset.read"),
    ("ads", "ad.read"),
    ("adcreatives", "creative.read"),
    ("customaudiences", "custom_audience.view"),
    ("assigned_users", "assignment.list"),
    ("agencies", "share.list"),
    ("clients", "partner.list"),
    ("business_users", "member.list"),
    ("pending_users", "member.list"),
    ("system_users", "system_user.list"),
    ("owned_ad_accounts", "asset.list"),
    ("client_ad_accounts", "asset.list"),
    ("owned_pages", "asset.list"),
    ("client_pages", "asset.list"),
    ("owned_pixels", "asset.list"),
    ("owned_businesses", "child.list"),
    ("managed_businesses", "partner.list"),
    ("initiated_audience_sharing_requests", "partner.list"),
    ("received_audience_sharing_requests", "partner.list"),
    ("onbehalf_requests", "share.list"),
    ("stats", "pixel.read_stats"),
    ("posts", "page.read_engagement"),
    ("feed", "page.read_engagement"),
    ("roles", "app_role.list"),
];
const POSTS: &[(&str, &str)] = &[
    ("campaigns", "campaign.create"),
    ("adsets", "adset.create"),
    ("ads", "ad.create"),
    ("adcreatives", "creative.create"),
    ("insights", "insights.read"),
    ("customaudiences", "custom_audience.create"),
    ("assigned_users", "assignment.give"),
    ("agencies", "share.offer"),
    ("business_users", "invitation.send"),
    ("system_users", "system_user.create"),
    ("owned_businesses", "child.create"),
    ("managed_businesses", "on_behalf.start"),
    ("owned_ad_accounts", "asset.claim"),
    ("owned_pages", "asset.claim"),
    ("access_tokens", "token.issue"),
    ("events", "events.send"),
    ("feed", "post.publish"),
];
const DELETES: &[(&str, &str)] = &[
    ("assigned_users", "assignment.revoke"),
    ("agencies", "share.revoke"),
    ("owned_businesses", "child.delete"),
    ("managed_businesses", "on_behalf.end"),
    ("access_tokens", "token.revoke_all"),
];

#[cfg(test)]
mod tests {
    use super::{DELETES, GETS, POSTS, operation_of};

    #[test]
    fn calls_as_they_are_written() {
        for (method, path, expected) in [
            ("GET", "act_1/insights", Some("insights.read")),
            (
                "get",
                "/v26.0/act_1/insights/?fields=spend",
                Some("insights.read"),
            ),
            (
                "POST",
                "https://graph.facebook.com/v26.0/act_1/campaigns",
                Some("campaign.create"),
            ),
            (
                "GET",
                "https://graph.facebook.com/v26.0/act_1/",
                Some("ad_account.view"),
            ),
            ("GET", "https://graph.facebook.com", None),
            ("GET", "123", None),
            ("GET", "123/nonsense", None),
            ("PUT", "act_1/campaigns", None),
            ("GET", "", None),
        ] {
            assert_eq!(operation_of(method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn each_is_an_operation_of_the_rulebook() {
        let text = include_str!("../../../../rulebooks/meta.toml");
        let source = rulebook::Source::parse("meta.toml", text).unwrap();
        let rules = source.compile(&std::collections::BTreeMap::new()).unwrap();
        let names = &rules.rules(0).names;
        for (edge, operation) in [GETS, POSTS, DELETES].into_iter().flatten() {
            assert!(names.operation(operation).is_some(), "{edge}: {operation}");
        }
    }
}
