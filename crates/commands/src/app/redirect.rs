//! Addresses that people who consented may be sent back to.

use crate::order::Refusal;

/// The most addresses one app has.
pub const MOST_REDIRECT_URIS: usize = 32;
/// The longest address, in bytes.
const LONGEST: usize = 512;

pub(super) fn check(uris: &[String]) -> Result<(), Refusal> {
    if uris.len() > MOST_REDIRECT_URIS {
        let message = format!("at most {MOST_REDIRECT_URIS} addresses");
        return Err(Refusal::invalid("redirect_uris", message));
    }
    for uri in uris {
        if let Some(why) = why_no_redirect(uri) {
            let message = format!("`{uri}` {why}");
            return Err(Refusal::invalid("redirect_uris", message));
        }
    }
    Ok(())
}

/// Returns why people cannot be sent back to an address; nothing if they can.
///
/// Allowed: `https`; `http` to this machine (`127.0.0.1`, `[::1]`, `localhost`); and a scheme of an
/// app's own, which has a dot in it (`com.example.app:/done`). Never a fragment, user or wildcard.
/// Source: RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 4.1.
#[must_use]
pub fn why_no_redirect(uri: &str) -> Option<&'static str> {
    if uri.len() > LONGEST {
        return Some("is longer than 512 bytes");
    }
    // What a browser would read differently than we do is not even looked at.
    let strange =
        |c: char| !c.is_ascii_graphic() || matches!(c, '\\' | '#' | '*' | '"' | '<' | '>');
    if uri.contains(strange) {
        return Some(
            "may hold no fragment, wildcard, space, quote, backslash or letter beyond ASCII",
        );
    }
    let Some((scheme, rest)) = uri.split_once(':') else {
        return Some("is no absolute address: begin with `https://`");
    };
    match scheme {
        "https" | "http" => {
            let Some(rest) = rest.strip_prefix("//") else {
                return Some("must have `//` behind its scheme");
            };
            let authority = rest.split(['/', '?']).next().unwrap_or("");
            if authority.is_empty() || authority.contains('@') {
                return Some("must name a host, and no user");
            }
            if scheme == "http" && !is_loopback(authority) {
                return Some("must be `https`, or on this machine");
            }
            None
        }
        own if is_own_scheme(own) => None,
        _ => Some("must be `https`, or a scheme of the app's own with a dot in it"),
    }
}

fn is_loopback(authority: &str) -> bool {
    let hosts = ["127.0.0.1", "[::1]", "localhost"];
    hosts.iter().any(|host| {
        authority.strip_prefix(host).is_some_and(|port| {
            let digits = port.strip_prefix(':').unwrap_or(port);
            (port.is_empty() || port.starts_with(':')) && digits.chars().all(|c| c.is_ascii_digit())
        })
    })
}

fn is_own_scheme(scheme: &str) -> bool {
    let letter =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    scheme.contains('.')
        && scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(letter)
}

#[cfg(test)]
mod tests {
    use super::why_no_redirect;

    #[test]
    fn where_people_can_be_sent_back_to() {
        for good in [
            "https://client.example/cb",
            "https://client.example",
            "https://client.example:8443/cb?a=b",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:9000/cb",
            "http://[::1]:9000/cb",
            "http://localhost/cb",
            "com.example.app:/done",
        ] {
            assert_eq!(why_no_redirect(good), None, "{good}");
        }
        for bad in [
            "",
            "/cb",
            "https:client.example",
            "https://",
            "https://user@client.example/cb",
            "https://client.example/cb#here",
            "https://*.client.example/cb",
            "https://client.example\\@evil.example/",
            "http://client.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost:80a/cb",
            "javascript:alert(1)",
            "data:text/html,hello",
            "HTTPS://client.example/cb",
        ] {
            assert!(why_no_redirect(bad).is_some(), "{bad}");
        }
        assert!(why_no_redirect(&format!("https://c.example/{}", "a".repeat(600))).is_some());
    }
}
