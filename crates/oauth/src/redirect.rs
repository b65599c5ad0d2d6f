//! Where a person is sent back to.

/// Is `given` one of the addresses an app registered? Letter for letter, but for the port of an
/// address on the person's own machine, which an app gets anew each time it starts.
///
/// Source: RFC 9700 section 4.1.3, RFC 8252 section 7.3.
#[must_use]
pub fn is_registered(registered: &[String], given: &str) -> bool {
    registered
        .iter()
        .any(|known| known == given || is_same_but_for_the_port(known, given))
}

fn is_same_but_for_the_port(known: &str, given: &str) -> bool {
    match (loopback(known), loopback(given)) {
        (Some(known), Some(given)) => known == given,
        _ => false,
    }
}

/// Returns host and path of an address on this machine, without the port.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let hosts = ["127.0.0.1", "[::1]", "localhost"];
    let host = hosts.into_iter().find(|host| {
        authority.strip_prefix(host).is_some_and(|port| {
            port.is_empty()
                || port
                    .strip_prefix(':')
                    .is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        })
    })?;
    Some((host, path))
}

/// Returns an address with more fields in its query.
#[must_use]
pub fn with_fields<'a>(uri: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let fields = crate::form::encoded(fields);
    let between = match uri.find('?') {
        None => "?",
        Some(at) if at + 1 == uri.len() => "",
        Some(_) => "&",
    };
    format!("{uri}{between}{fields}")
}

#[cfg(test)]
mod tests {
    use super::{is_registered, with_fields};

    #[test]
    fn an_address_is_the_one_that_was_registered_and_no_other() {
        let registered = [
            "https://client.example/cb",
            "http://127.0.0.1/cb",
            "http://localhost:7000/cb?x=1",
        ];
        let registered = registered.map(str::to_owned);
        for good in [
            "https://client.example/cb",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:51004/cb",
            "http://localhost:9/cb?x=1",
        ] {
            assert!(is_registered(&registered, good), "{good}");
        }
        for bad in [
            "",
            "https://client.example/cb/",
            "https://client.example/cb?",
            "https://client.example/cb?more=1",
            "https://client.example/cb#x",
            "https://client.example/CB",
            "https://client.example:443/cb",
            "https://client.example/cb/../evil",
            "https://client.example.evil.example/cb",
            "https://evil.example/?https://client.example/cb",
            "http://client.example/cb",
            "http://127.0.0.1:51004/other",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "https://127.0.0.1/cb",
            "http://localhost/cb",
            "http://[::1]/cb",
        ] {
            assert!(!is_registered(&registered, bad), "{bad}");
        }
        assert!(!is_registered(&[], "https://client.example/cb"));
    }

    #[test]
    fn fields_are_added_behind_those_that_are_there() {
        let fields = [("code", "a b"), ("iss", "https://x/y")];
        let query = "code=a%20b&iss=https%3A%2F%2Fx%2Fy";
        assert_eq!(
            with_fields("https://c/cb", fields),
            format!("https://c/cb?{query}")
        );
        assert_eq!(
            with_fields("https://c/cb?a=1", fields),
            format!("https://c/cb?a=1&{query}")
        );
        assert_eq!(
            with_fields("com.app:/cb", fields),
            format!("com.app:/cb?{query}")
        );
    }
}
