//! Pages: what others chose to be called does nothing on them, and people who do not see them, or
//! use no mouse, can use them.

use ::oauth::form::encoded;

use super::browser::{World, request};
use crate::support::Ask;

/// Ends every element and attribute it might stand in, and turns the direction of what follows.
const HOSTILE: &str = "</title></bdi>\"'><script>alert(1)</script><i\u{202e}\u{200b}x";
/// The same without white space, as an id may be.
const HOSTILE_ID: &str = "\"'><script>alert(1)</script>\u{202e}x";

/// The world, with what people and things in it are called replaced.
fn world(name: &str, id: &str) -> World {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let (name, id) = (quoted(name), quoted(id));
    let mut directory = include_str!("world.yaml").to_owned();
    for (from, to) in [
        ("name: Cora's Shop", format!("name: {name}")),
        ("name: \"Reports <b>&</b> more\"", format!("name: {name}")),
        ("name: Spring", format!("name: {name}")),
        ("name: The Shop", format!("name: {name}")),
        ("id: cora,", format!("id: {id},")),
        ("person: cora,", format!("person: {id},")),
        ("id: page_1,", format!("id: {id},")),
    ] {
        assert!(directory.contains(from), "{from}");
        directory = directory.replace(from, &to);
    }
    World::of(&directory)
}

/// A page as a browser takes it apart: its tags with the names of their attributes, and its text.
fn parts(html: &str) -> (Vec<(String, Vec<String>)>, String) {
    let mut tags = Vec::new();
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let mut attributes = Vec::new();
        let end = tag.find([' ', '>', '\n']).unwrap();
        let name = tag[..end].to_owned();
        let mut inside = &tag[end..];
        loop {
            inside = inside.trim_start();
            if let Some(after) = inside.strip_prefix('>') {
                rest = after;
                break;
            }
            let end = inside.find(['=', ' ', '>']).unwrap();
            attributes.push(inside[..end].to_owned());
            inside = match inside[end..].strip_prefix("=\"") {
                None => &inside[end..],
                Some(value) => value.split_once('"').unwrap().1,
            };
        }
        tags.push((name, attributes));
    }
    text.push_str(rest);
    (tags, text)
}

fn pages(world: &World, person: &str) -> Vec<(&'static str, String)> {
    let cookie = world.cookie(person);
    let page = |path: &str, cookie: &str| {
        let reply = world.server.send(&Ask::get(path).header("cookie", cookie));
        assert!(reply.header("content-security-policy").is_some(), "{path}");
        reply.text()
    };
    let wrong = encoded([("client_id", HOSTILE)]);
    vec![
        ("sign in", world.authorize(&request(&[]), "").text()),
        ("signed in", page("/oauth/shop/sign-in", &cookie)),
        ("password", page("/oauth/shop/password", "")),
        ("second factor", page("/oauth/shop/second-factor", &cookie)),
        ("passkeys", page("/oauth/shop/passkeys", &cookie)),
        ("consent", world.authorize(&request(&[]), &cookie).text()),
        (
            "wrong",
            page(&format!("/oauth/shop/authorize?{wrong}"), &cookie),
        ),
    ]
}

/// The pages that run a script of ours.
const SCRIPTED: &[&str] = &["sign in", "passkeys"];

#[test]
fn a_hostile_name_is_text_on_every_page() {
    let (hostile, harmless) = (world(HOSTILE, HOSTILE_ID), world("Name", "somebody"));
    let both = pages(&hostile, HOSTILE_ID).into_iter();
    for ((page, html), (_, plain)) in both.zip(pages(&harmless, "somebody")) {
        let ((tags, text), (expected, _)) = (parts(&html), parts(&plain));
        assert_eq!(tags, expected, "{page}: {html}");
        assert!(!text.contains(['\u{202e}', '\u{200b}']), "{page}: {html}");
        if !["password", "passkeys", "wrong"].contains(&page) {
            assert!(text.contains("alert(1)"), "{page} shows no name: {html}");
        }
    }
    hostile.server.stop();
    harmless.server.stop();
}

#[test]
fn every_page_says_what_it_is_and_every_field_what_it_wants() {
    let world = World::new();
    for (page, html) in pages(&world, "cora") {
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en\">"),
            "{page}"
        );
        assert_eq!(html.matches("<h1>").count(), 1, "{page}");
        assert!(html.contains("name=\"viewport\""), "{page}");
        let (tags, _) = parts(&html);
        let has = |name: &str| tags.iter().filter(|(tag, _)| tag == name).count();
        assert_eq!(
            (has("main"), has("title"), has("script")),
            (1, 1, usize::from(SCRIPTED.contains(&page))),
            "{page}"
        );
        let ours = html.matches("<script src=\"/oauth/passkey.js\" defer></script>");
        assert_eq!(has("script"), ours.count(), "{page}");
        for field in html.split("<input ").skip(1) {
            let tag = field.split('>').next().unwrap();
            let labelled = match tag.split_once("id=\"") {
                Some((_, id)) => {
                    let id = id.split('"').next().unwrap();
                    html.contains(&format!("<label for=\"{id}\">"))
                }
                // A box stands inside its label.
                None => {
                    tag.contains("hidden")
                        || html.contains(&format!("<label class=\"tick\"><input {tag}>"))
                }
            };
            assert!(labelled, "{page}: {tag}");
        }
        for described in html.split("aria-describedby=\"").skip(1) {
            let id = described.split('"').next().unwrap();
            assert!(html.contains(&format!("id=\"{id}\"")), "{page}: {id}");
        }
    }
    world.server.stop();
}
