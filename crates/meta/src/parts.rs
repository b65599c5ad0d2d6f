//! Parameters in a body of parts: `multipart/form-data`, as `curl -F` sends it.

use crate::error::GraphError;
use crate::params::Params;

/// The most parts of a body.
const MOST: usize = 2_000;
/// The longest boundary. Source: RFC 2046.
const LONGEST_BOUNDARY: usize = 70;

/// Reads the parameters of a body. `kind` is its content type, which names the boundary. Parts that
/// are files are left out: nothing here takes one.
///
/// Errors: there is no boundary, or the body does not keep to it.
pub fn read(kind: &str, body: &[u8]) -> Result<Params, GraphError> {
    let wrong = || GraphError::invalid("The body is no valid multipart/form-data");
    let boundary = boundary(kind).ok_or_else(wrong)?;
    let mark = format!("--{boundary}");
    // What stands ahead of the first mark is for nobody.
    let mut rest = match after(body, mark.as_bytes()) {
        Some((_, rest)) => rest,
        None if body.trim_ascii().is_empty() => return Ok(Params::default()),
        None => return Err(wrong()),
    };
    let between = format!("\r\n{mark}");
    let mut params = Params::default();
    for _ in 0..=MOST {
        if rest.starts_with(b"--") {
            return Ok(params);
        }
        let part = rest.strip_prefix(b"\r\n").ok_or_else(wrong)?;
        // A part may be empty, and then its end begins where its head ends.
        let (head, content) = after(part, b"\r\n\r\n").ok_or_else(wrong)?;
        let (value, next) = match content.strip_prefix(mark.as_bytes()) {
            Some(next) => (&[][..], next),
            None => after(content, between.as_bytes()).ok_or_else(wrong)?,
        };
        if let Some(name) = name(head) {
            params = params.with(&name, &String::from_utf8_lossy(value));
        }
        rest = next;
    }
    Err(GraphError::invalid("The body has too many parts"))
}

/// Returns what stands ahead of and behind the first place where `mark` stands.
fn after<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes
        .windows(mark.len())
        .position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

fn boundary(kind: &str) -> Option<String> {
    let named = kind.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    named.filter(|boundary| !boundary.is_empty() && boundary.len() <= LONGEST_BOUNDARY)
}

/// Returns the parameter that a part is; nothing for a file.
fn name(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    let said = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("content-disposition")
            .then(|| value.to_owned())
    })?;
    let field = |wanted: &str| {
        said.split(';').skip(1).find_map(|field| {
            let (name, value) = field.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    match field("filename").or_else(|| field("filename*")) {
        Some(_) => None,
        None => field("name").filter(|name| !name.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    const KIND: &str = "multipart/form-data; boundary=----x";

    fn written(parts: &[(&str, &str)]) -> String {
        let mut body = String::new();
        for (head, value) in parts {
            body +=
                &format!("------x\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n");
        }
        body + "------x--\r\n"
    }

    #[test]
    fn parts_are_parameters_and_files_are_none() {
        let body = written(&[
            ("name=\"user\"", "9"),
            ("name=\"tasks\"", "[\"MANAGE\"]\r\nline"),
            ("name=\"empty\"", ""),
            ("name=\"source\"; filename=\"a.png\"", "\u{0}\u{1}"),
        ]);
        let params = read(KIND, body.as_bytes()).unwrap();
        assert_eq!(params.text("user").as_deref(), Some("9"));
        assert_eq!(
            params.text("tasks").as_deref(),
            Some("[\"MANAGE\"]\r\nline")
        );
        assert_eq!(params.text("empty"), None);
        assert_eq!(params.text("source"), None);
        let quoted = read(
            "multipart/form-data; charset=utf-8; Boundary=\"----x\"",
            body.as_bytes(),
        );
        assert_eq!(quoted.unwrap(), params);
        assert!(read(KIND, b"").unwrap().text("user").is_none());
        assert!(read(KIND, b"ahead\r\n------x--").is_ok());
    }

    #[test]
    fn what_keeps_to_no_boundary_is_refused() {
        let body = written(&[("name=\"user\"", "9")]);
        for (kind, body) in [
            ("multipart/form-data", body.as_str()),
            ("multipart/form-data; boundary=", &body),
            ("multipart/form-data; boundary=other", &body),
            (KIND, "user=9"),
            (
                KIND,
                "------x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n9",
            ),
            (KIND, "------x\r\n"),
            (KIND, "------xx"),
        ] {
            assert_eq!(
                read(kind, body.as_bytes()).unwrap_err().code,
                100,
                "{kind} {body}"
            );
        }
        let many = written(&vec![("name=\"a\"", "1"); 2_002]);
        assert_eq!(read(KIND, many.as_bytes()).unwrap_err().code, 100);
    }
}
