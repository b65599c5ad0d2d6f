//! Pages for people: plain HTML that works without scripts, with what keeps them from being framed,
//! kept or read by others.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answer::Refused;

/// HTML in the making. What is not a literal of ours is escaped: there is no other way in.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Adds our own markup.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds a text, escaped for elements and quoted attributes.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// Adds a field that people do not see.
    pub(super) fn hidden(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.raw("<input type=\"hidden\" name=\"").raw(name);
        self.raw("\" value=\"").text(value).raw("\">\n")
    }

    /// Adds a box to tick.
    pub(super) fn tick(&mut self, name: &'static str, value: &str, ticked: bool) -> &mut Self {
        self.raw("<input type=\"checkbox\" name=\"").raw(name);
        self.raw("\" value=\"").text(value).raw("\"");
        self.raw(if ticked { " checked>" } else { ">" })
    }
}

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) title: String,
    pub(super) main: Html,
    /// Where forms of the page may lead beside here, for the browser to hold us to.
    pub(super) leads_to: Option<String>,
    /// A cookie that is set with it.
    pub(super) cookie: Option<String>,
}

impl Page {
    pub(super) fn new(title: &str) -> Self {
        let mut main = Html::default();
        main.raw("<h1>").text(title).raw("</h1>\n");
        Self {
            status: 200,
            title: title.to_owned(),
            main,
            leads_to: None,
            cookie: None,
        }
    }

    /// Returns a page that says what is wrong. It leads nowhere.
    pub(super) fn wrong(refused: Refused) -> Self {
        let (status, error) = refused.told();
        let mut page = Self::new("This does not work");
        page.status = status;
        page.main.raw("<p>").text(&error.description).raw(".</p>\n");
        page.main
            .raw("<p>Nothing was given to anybody. Go back to the app and try again; if it stays so, tell its makers: <code>")
            .text(error.code.name())
            .raw("</code>.</p>\n");
        page
    }

    fn html(&self) -> String {
        let mut html = Html::default();
        html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
        html.text(&self.title).raw(" · Countersign</title>\n");
        html.raw("<link rel=\"stylesheet\" href=\"/oauth/style.css\">\n</head>\n<body>\n<main>\n");
        html.0.push_str(&self.main.0);
        html.raw("</main>\n</body>\n</html>\n");
        html.0
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, axum::response::Html(self.html())).into_response();
        let leads_to = self.leads_to.unwrap_or_default();
        let policy = format!(
            "default-src 'none'; style-src 'self'; form-action 'self' {leads_to}; \
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

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn nothing_gets_out_of_its_place() {
        let mut html = Html::default();
        html.hidden("request", "\"><script>alert('1')</script>&amp;");
        assert_eq!(
            html.0,
            "<input type=\"hidden\" name=\"request\" value=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;\">\n"
        );
    }
}
