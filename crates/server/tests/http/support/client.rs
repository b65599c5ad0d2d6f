//! A client of HTTP/1.1 that says exactly what a test wants, right or wrong.

use std::io::{Read, Write};

use serde_json::Value;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Ask {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// A POST of JSON.
    pub(crate) fn post(path: &str, body: &Value) -> Self {
        Self::new("POST", path)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn head(&self) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let own = |name: &str| self.headers.iter().any(|(said, _)| said == name);
        if !own("host") {
            head.push_str("host: elsewhere.test\r\n");
        }
        if !own("content-length") && self.method == "POST" {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + "connection: close\r\n\r\n"
    }
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(said, _)| said == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} {}", self.status, self.text()))
    }

    /// Returns the JSON of an answer that must be a good one.
    pub(crate) fn good(&self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.text());
        self.json()
    }

    /// Returns the code of a problem.
    pub(crate) fn code(&self) -> String {
        let kind = self.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{}", self.text());
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

/// Sends a request and reads the answer to its end.
pub(crate) fn exchange(mut stream: impl Read + Write, ask: &Ask) -> Reply {
    let bytes = heard(&mut stream, ask);
    reply(&bytes)
}

/// Sends a request and returns every byte that comes back.
pub(crate) fn heard(stream: &mut (impl Read + Write), ask: &Ask) -> Vec<u8> {
    let mut bytes = ask.head().into_bytes();
    bytes.extend_from_slice(&ask.body);
    // A server that has heard enough may answer before it has heard all.
    let _ = stream.write_all(&bytes);
    let _ = stream.flush();
    let mut heard = Vec::new();
    // A connection that is cut, or a TLS end of its own kind, is an end.
    let _ = stream.read_to_end(&mut heard);
    heard
}

/// Returns the answer that stands in bytes.
pub(crate) fn reply(bytes: &[u8]) -> Reply {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(bytes)));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        })
        .collect();
    assert!(
        !headers.iter().any(|(name, _)| name == "transfer-encoding"),
        "the client reads whole bodies"
    );
    Reply {
        status: status.parse().unwrap(),
        headers,
        body: bytes[end + 4..].to_vec(),
    }
}
