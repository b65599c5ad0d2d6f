//! Ids, names and texts, chosen to be misread.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::LazyLock;

use commands::document::plain_digest;
use engine::fact::{Properties, TextDigest, Value};
use engine::{Holder, Owner};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use rulebook::{Family, Rulebook, Source};

pub(crate) static META: LazyLock<Rulebook> = LazyLock::new(|| {
    let text = include_str!("../../../../rulebooks/meta.toml");
    let source = Source::parse("meta.toml", text).unwrap_or_else(|wrong| panic!("{wrong}"));
    let rulebook = source.compile(&BTreeMap::new());
    rulebook.unwrap_or_else(|wrong| panic!("{wrong}"))
});

/// Ids that YAML could take for something else.
pub(crate) const IDS: &[&str] = &[
    "0912",
    "no",
    "null",
    "1e3",
    "~",
    "a:b",
    "#x",
    "{y}",
    "-",
    "2026-01-01",
];

/// The kinds of the assets with these ids, in turn.
pub(crate) const KINDS: &[&str] = &["ad_account", "page", "pixel", "ad_account", "catalog"];

pub(crate) fn position(id: &str) -> usize {
    let position = IDS.iter().position(|known| *known == id);
    position.expect("an id of ours")
}

pub(crate) fn kind_of(asset: &str) -> &'static str {
    KINDS[position(asset) % KINDS.len()]
}

pub(crate) fn the<T: FromStr<Err: Debug>>(id: &str) -> T {
    id.parse().expect("an id")
}

pub(crate) fn id<T: FromStr<Err: Debug> + Debug>() -> impl Strategy<Value = T> {
    select(IDS).prop_map(the)
}

pub(crate) fn at() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000_000).prop_map(|ms| Timestamp::from_millisecond(ms).expect("a time"))
}

pub(crate) fn until() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::of(at())
}

/// Texts that could break out of a line of YAML.
pub(crate) fn word() -> impl Strategy<Value = String> {
    const MISREAD: &[&str] = &[
        "true", "null", "12", "0x1f", ".nan", "é", "- a", "a: b", "<<", "", " ", "\u{2028}",
    ];
    prop_oneof![
        "\\PC{0,12}",
        "[ \\n\\r\\t:#'\"{}\\[\\],&*!|>%@`\\\\-]{1,8}",
        select(MISREAD).prop_map(str::to_owned),
    ]
}

pub(crate) fn text() -> impl Strategy<Value = Option<TextDigest>> {
    proptest::option::of("[a-z]{3}".prop_map(|text| plain_digest("", &text)))
}

pub(crate) fn properties() -> impl Strategy<Value = Properties> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Number),
        word().prop_map(Value::Text),
    ];
    proptest::collection::btree_map("[a-z]{1,6}", value, 0..3)
}

pub(crate) fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![id().prop_map(Owner::Business), id().prop_map(Owner::Person)]
}

pub(crate) fn holder() -> impl Strategy<Value = Holder> {
    prop_oneof![
        id().prop_map(Holder::Person),
        id().prop_map(Holder::SystemUser),
        id().prop_map(Holder::Business),
        id().prop_map(Holder::App),
    ]
}

pub(crate) fn role(family: Family) -> impl Strategy<Value = String> {
    let kinds = META.rules(0).kinds.iter();
    let kinds = kinds.filter(|kind| kind.family == family);
    let roles = kinds.flat_map(|kind| kind.roles.iter().map(|role| role.name.clone()));
    select(roles.collect::<Vec<_>>())
}

pub(crate) fn scope() -> impl Strategy<Value = String> {
    let scopes = META.rules(0).permissions.iter().filter(|row| !row.feature);
    select(scopes.map(|row| row.name.clone()).collect::<Vec<_>>())
}
