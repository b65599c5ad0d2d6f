//! Pages for people: plain HTML that works without scripts (a passkey alone needs one of ours), with what keeps them from being framed,
//! kept or read by others. What they look like is in `templates/`.

use std::fmt;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answer::Refused;

/// Text that others chose, as a page shows it: without letters that steer.
///
/// Letters that turn the direction of what follows, and those that are not seen at all, make one
/// name look like another. Templates escape what is written; this is about what is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown(String);

impl Shown {
    pub(super) fn new(text: &str) -> Self {
        let steers = |letter: char| {
            letter.is_control()
                || matches!(letter, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}')
                || matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        };
        let plain = |letter| match letter {
            letter if steers(letter) => char::REPLACEMENT_CHARACTER,
            letter => letter,
        };
        Self(text.chars().map(plain).collect())
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What every page with a form of ours has.
#[derive(Debug)]
pub(super) struct Frame {
    /// The realm, in the address the form goes to.
    pub(super) realm: String,
    /// What binds the form to the browser.
    pub(super) token: String,
    /// What was wrong with it the last time.
    pub(super) wrong: Option<String>,
}

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    status: u16,
    html: String,
    /// Where forms of the page may lead beside here, for the browser to hold us to.
    leads_to: Option<String>,
    /// A cookie that is set with it.
    cookie: Option<String>,
    /// Does it run our script, which asks us?
    script: bool,
}

#[derive(Debug, Template)]
#[template(path = "oauth/wrong.html")]
struct WrongPage<'a> {
    description: Shown,
    code: &'a str,
}

impl Page {
    pub(super) fn of(template: &impl Template) -> Result<Self, Refused> {
        Ok(Self {
            status: 200,
            html: template.render().map_err(Refused::internal)?,
            leads_to: None,
            cookie: None,
            script: false,
        })
    }

    /// Returns a page with a form: refused, if something is wrong with what was filled in before.
    pub(super) fn with_form(
        template: &impl Template,
        frame: &Frame,
        cookie: Option<String>,
    ) -> Result<Self, Refused> {
        let status = if frame.wrong.is_some() { 403 } else { 200 };
        let page = Self::of(template)?;
        Ok(Self {
            status,
            cookie,
            ..page
        })
    }

    /// Returns the page with a form that may lead somewhere beside here.
    pub(super) fn leading_to(self, leads_to: Option<String>) -> Self {
        Self { leads_to, ..self }
    }

    /// Returns the page with leave to run our own script, if it is one that has it.
    pub(super) fn with_script(self, script: bool) -> Self {
        Self { script, ..self }
    }

    /// Returns a page that says what is wrong. It leads nowhere.
    pub(super) fn wrong(refused: Refused) -> Self {
        let (status, error) = refused.told();
        let template = WrongPage {
            description: Shown::new(&error.description),
            code: error.code.name(),
        };
        Self {
            status,
            // The name of the error stands for a page that cannot be written.
            html: template
                .render()
                .unwrap_or_else(|_| error.code.name().to_owned()),
            leads_to: None,
            cookie: None,
            script: false,
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, axum::response::Html(self.html)).into_response();
        let leads_to = self.leads_to.unwrap_or_default();
        let script = match self.script {
            true => " script-src 'self'; connect-src 'self';",
            false => "",
        };
        let policy = format!(
            "default-src 'none'; style-src 'self';{script} form-action 'self' {leads_to}; \
             frame-ancestors 'none'; base-uri 'none'"
        );
        let headers = response.headers_mut();
        let plain = |text: &str| HeaderValue::from_str(text).ok();
        let own: [(HeaderName, Option<HeaderValue>); 6] = [
            (header::CONTENT_SECURITY_POLICY, plain(&policy)),
            (header::X_FRAME_OPTIONS, plain("DENY")),
            (header::X_CONTENT_TYPE_OPTIONS, plain("nosniff")),
            (header::REFERRER_POLICY, plain("no-referrer")),
            (header::CACHE_CONTROL, plain("no-store")),
            (header::SET_COOKIE, self.cookie.as_deref().and_then(plain)),
        ];
        for (name, value) in own {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// Sends a browser on, by GET.
pub(super) fn go(to: &str, cookie: Option<&str>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    let cookie = cookie.and_then(|cookie| HeaderValue::from_str(cookie).ok());
    if let Some(cookie) = cookie {
        headers.insert(header::SET_COOKIE, cookie);
    }
    match HeaderValue::from_str(to) {
        Ok(to) => {
            headers.insert(header::LOCATION, to);
            response
        }
        Err(_) => Page::wrong(Refused::Body(400, "this address cannot be gone to")).into_response(),
    }
}

pub(super) async fn no_such_method() -> Response {
    Page::wrong(Refused::Body(405, "this method is not taken here")).into_response()
}

pub(super) async fn style() -> Response {
    const STYLE: &str = include_str!("style.css");
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, STYLE).into_response()
}

/// Passkeys need a script: a form cannot ask a device. Every page works without it.
pub(super) async fn script() -> Response {
    const SCRIPT: &str = include_str!("passkey.js");
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, SCRIPT).into_response()
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn letters_that_steer_are_not_shown() {
        for (text, shown) in [
            ("Cora's Shop", "Cora's Shop"),
            ("Ĝü 店 שלום 👩‍🔧", "Ĝü 店 שלום 👩‍🔧"),
            ("moc\u{202e}knab", "moc\u{fffd}knab"),
            (
                "a\u{200b}b\u{2066}c\u{feff}d\ne",
                "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e",
            ),
        ] {
            assert_eq!(Shown::new(text).to_string(), shown);
        }
    }
}
