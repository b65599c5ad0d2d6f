//! Every check is shown able to fail, on a small tree that breaks one rule; and this tree is tidy.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use xtask::tidy::{self, Check, Tree};

/// One breach: the check, the files that differ from the tidy tree, and what must be said.
struct Breach {
    check: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// `file:line: what`, or `file: what`; the whole of what the check finds.
    finds: &'static [&'static str],
}

/// A tree of three crates that breaks no rule.
const TIDY: &[(&str, &str)] = &[
    (".gitignore", "/target\n*.pyc\n"),
    ("Cargo.toml", WORKSPACE),
    ("Cargo.lock", LOCK),
    ("deny.toml", "[bans]\nskip = []\n"),
    ("xtask/boundaries.toml", BOUNDARIES),
    ("xtask/ratchets.toml", "packages = 3\n"),
    (
        "crates/core/Cargo.toml",
        "[package]\nname = \"shop-core\"\n",
    ),
    ("crates/core/src/lib.rs", "//! Core.\npub mod grant;\n"),
    (
        "crates/core/src/grant.rs",
        "/// Gives.\npub fn give() -> u8 {\n    1\n}\n",
    ),
    ("crates/shell/Cargo.toml", SHELL),
    ("crates/shell/src/lib.rs", "//! Shell.\n"),
    (
        "crates/worlds/Cargo.toml",
        "[package]\nname = \"shop-worlds\"\n",
    ),
    (
        "docs/ARCHITECTURE.md",
        "`core` decides, `shell` asks, `worlds` is for tests.\n",
    ),
];
const WORKSPACE: &str = r#"[workspace.dependencies]
core = { package = "shop-core", path = "crates/core" }
worlds = { package = "shop-worlds", path = "crates/worlds" }

# Parsing.
grammar = "1"
# The wire:
wire = "1"
wire-client = "1"
"#;
const LOCK: &str = r#"[[package]]
name = "shop-core"
version = "0.1.0"

[[package]]
name = "grammar"
version = "1.0.0"
source = "registry"

[[package]]
name = "wire"
version = "1.0.0"
source = "registry"
dependencies = ["reactor 1.0.0"]

[[package]]
name = "reactor"
version = "1.0.0"
source = "registry"
"#;
const BOUNDARIES: &str = r#"
[crate.core]
uses = []
pure = true
[crate.shell]
uses = ["core"]
[crate.worlds]
uses = ["core"]
tests_only = true
[pure]
packages_anywhere = ["reactor"]
packages_named = ["dice"]
[pure.paths]
"std::fs" = "take bytes"
"Instant::now" = "time is a parameter"
[[only]]
packages = ["wire"]
by = ["shell"]
reason = "only `shell` knows the wire"
"#;
const SHELL: &str = r#"[package]
name = "shop-shell"
[dependencies]
core = { workspace = true }
wire = { workspace = true }
[dev-dependencies]
worlds = { workspace = true }
"#;

const BREACHES: &[Breach] = &[
    Breach {
        check: "arrows",
        files: &[("crates/core/Cargo.toml", CORE_USES_SHELL)],
        finds: &["crates/core/Cargo.toml:4: `core` may not use `shell`"],
    },
    Breach {
        check: "arrows",
        files: &[("crates/core/Cargo.toml", CORE_USES_SHELL_FOR_UNIX)],
        finds: &["crates/core/Cargo.toml:4: `core` may not use `shell`"],
    },
    Breach {
        check: "arrows",
        files: &[("crates/shell/Cargo.toml", SHELL_SHIPS_WORLDS)],
        finds: &["crates/shell/Cargo.toml:4: `shell` ships `worlds`, which is for tests only"],
    },
    Breach {
        check: "arrows",
        files: &[(
            "crates/door/Cargo.toml",
            "[package]\nname = \"shop-door\"\n",
        )],
        finds: &["crates/door/Cargo.toml: crate `door` has no row in `xtask/boundaries.toml`"],
    },
    Breach {
        check: "pure crates",
        files: &[("crates/core/Cargo.toml", CORE_ROLLS_DICE)],
        finds: &["crates/core/Cargo.toml:4: `core` is pure and may not depend on `dice`"],
    },
    Breach {
        check: "pure crates",
        files: &[("crates/core/Cargo.toml", CORE_USES_WIRE)],
        finds: &[
            "crates/core/Cargo.toml:4: `core` is pure and may not depend on `wire`: `wire` beneath \
             it brings `reactor`",
        ],
    },
    Breach {
        check: "pure sources",
        files: &[(
            "crates/core/src/lib.rs",
            "// std::fs\nuse std::{fmt, fs};\n",
        )],
        finds: &["crates/core/src/lib.rs:2: a pure crate says `std::fs`"],
    },
    Breach {
        check: "pure sources",
        files: &[(
            "crates/core/src/lib.rs",
            "fn age() {\n    t - std::time::Instant::now()\n}\n",
        )],
        finds: &["crates/core/src/lib.rs:2: a pure crate says `Instant::now`"],
    },
    Breach {
        check: "only one may name",
        files: &[("crates/core/Cargo.toml", CORE_USES_WIRE)],
        finds: &["crates/core/Cargo.toml:4: `core` depends on `wire`"],
    },
    Breach {
        check: "printing",
        files: &[(
            "crates/core/src/grant.rs",
            "fn give() {\n    println!(\"given\");\n}\n",
        )],
        finds: &["crates/core/src/grant.rs:2: `println!` outside the crates that print"],
    },
    Breach {
        check: "module files",
        files: &[("crates/core/src/grant/mod.rs", "")],
        finds: &["crates/core/src/grant/mod.rs: `mod.rs` is not used here"],
    },
    Breach {
        check: "names",
        files: &[("crates/core/src/text_utils.rs", "struct GrantManager;\n")],
        finds: &[
            "crates/core/src/text_utils.rs: `text_utils` says nothing",
            "crates/core/src/text_utils.rs:1: the struct `GrantManager` says nothing",
        ],
    },
    Breach {
        check: "reasons",
        files: &[(
            "Cargo.toml",
            "[workspace.dependencies]\n# Parsing.\ngrammar = \"1\"\ncli = \"1\"\n",
        )],
        finds: &["Cargo.toml:4: `cli` does not say why it is here"],
    },
    Breach {
        check: "own versions",
        files: &[("crates/core/Cargo.toml", CORE_ROLLS_DICE)],
        finds: &["crates/core/Cargo.toml:4: `dice` is not taken from the workspace"],
    },
    Breach {
        check: "package count",
        files: &[("xtask/ratchets.toml", "packages = 2\n")],
        finds: &["Cargo.lock: 3 third-party packages are locked; the ratchet is 2"],
    },
    Breach {
        check: "duplicate packages",
        files: &[("Cargo.lock", TWO_GRAMMARS)],
        finds: &["Cargo.lock: `grammar` is locked in versions 1.0.0 and 2.0.0"],
    },
    Breach {
        check: "forbidden words",
        files: &[(
            "scripts/fetch",
            concat!("#!/bin/sh\ncat ", "../", "shared/x\n"),
        )],
        finds: &[concat!("scripts/fetch:2: says `", "../", "shared`")],
    },
    Breach {
        check: "golden facts",
        files: &[
            ("crates/engine/src/fact.rs", FACTS),
            ("crates/engine/golden/app_role.json", "{}"),
            ("crates/engine/golden/page.json", "{}"),
        ],
        finds: &[
            "crates/engine/golden/page.json: no fact is called `page`",
            "crates/engine/src/fact.rs:2: the fact `business` has no golden file",
        ],
    },
    Breach {
        check: "golden facts",
        files: &[("crates/engine/golden/page.json", "{}")],
        finds: &["crates/engine/src/fact.rs: no kind of fact was found"],
    },
    Breach {
        check: "architecture names crates",
        files: &[(
            "docs/ARCHITECTURE.md",
            "`core` decides, `shell` asks; worlds.\n",
        )],
        finds: &["docs/ARCHITECTURE.md: crate `worlds` is not on the map"],
    },
    Breach {
        check: "seeds name scenarios",
        files: &[
            ("scenarios/meta/partner.yaml", ""),
            ("docs/seeds.md", SEEDS),
        ],
        finds: &[
            "docs/seeds.md:2: `gone.yaml` is not there",
            "docs/seeds.md:3: `scenarios/partner.yaml` is not there",
            "docs/seeds.md:4: `ner.yaml` is not there",
        ],
    },
    Breach {
        check: "links",
        files: &[(
            "docs/STYLE.md",
            "[map](ARCHITECTURE.md#map)\n[up](../README.md)\n",
        )],
        finds: &["docs/STYLE.md:2: the link to `../README.md` leads nowhere"],
    },
];
const CORE_USES_SHELL: &str =
    "[package]\nname = \"shop-core\"\n[dependencies]\nshop-shell = { path = \"../shell\" }\n";
const CORE_USES_SHELL_FOR_UNIX: &str = "[package]\nname = \"shop-core\"\n\
    [target.'cfg(unix)'.dependencies]\nsh = { package = \"shop-shell\", path = \"../shell\" }\n";
const SHELL_SHIPS_WORLDS: &str =
    "[package]\nname = \"shop-shell\"\n[dependencies]\nworlds = { workspace = true }\n";
const CORE_ROLLS_DICE: &str = "[package]\nname = \"shop-core\"\n[dependencies]\ndice = \"0.10\"\n";
const CORE_USES_WIRE: &str =
    "[package]\nname = \"shop-core\"\n[dependencies]\nwire.workspace = true\n";
const TWO_GRAMMARS: &str = "[[package]]\nname = \"grammar\"\nversion = \"1.0.0\"\n\
    [[package]]\nname = \"grammar\"\nversion = \"2.0.0\"\n";
const SEEDS: &str = "`partner.yaml`, `meta/partner.yaml`, scenarios/meta/\ngone.yaml\n\
    scenarios/partner.yaml.\nner.yaml\n";
const FACTS: &str = r#"facts! {
    #[doc = "A business."] Business(BusinessId) "business",
    #[doc = "A role."] AppRole(AppRoleKey) "app_role",
}
"#;

#[test]
fn a_tidy_tree_breaks_no_rule() {
    assert_eq!(said_of(tidy::CHECKS, &[]), [""; 0]);
}

#[test]
fn each_breach_is_found() {
    for breach in BREACHES {
        let check = tidy::CHECKS
            .iter()
            .filter(|check| check.name == breach.check);
        assert_eq!(
            said_of(check, breach.files),
            breach.finds,
            "{}",
            breach.check
        );
    }
}

#[test]
fn a_file_and_a_function_may_grow_to_their_limit_and_no_further() {
    let function = |lines: usize| {
        format!(
            "fn grow() {{\n{}}}\n",
            "    grow();\n// why\n\n".repeat(lines)
        )
    };
    let file = |lines: usize| "const A: u8 = 1;\n".repeat(lines) + "#[cfg(test)]\nmod tests {\n}\n";
    let cases = [
        ("function size", function(70), vec![]),
        (
            "function size",
            function(71),
            vec!["crates/core/src/a.rs:1: `grow` has 71 lines of code; 70 is the most"],
        ),
        ("file size", file(400), vec![]),
        (
            "file size",
            file(401),
            vec!["crates/core/src/a.rs: 401 lines of code; 400 is the most"],
        ),
    ];
    for (name, text, finds) in cases {
        let check = tidy::CHECKS.iter().filter(|check| check.name == name);
        assert_eq!(
            said_of(check, &[("crates/core/src/a.rs", &text)]),
            finds,
            "{name}"
        );
    }
}

#[test]
fn no_check_is_without_a_breach() {
    let shown: BTreeSet<&str> = BREACHES.iter().map(|breach| breach.check).collect();
    let by_size = ["file size", "function size"];
    let unseen: Vec<&str> = tidy::CHECKS
        .iter()
        .map(|check| check.name)
        .filter(|name| !shown.contains(name) && !by_size.contains(name))
        .collect();
    assert_eq!(unseen, [""; 0], "write a breach for each of these");
}

#[test]
fn what_git_ignores_is_not_read() {
    let (_kept, tree) = planted(&[
        ("target/a.md", "[x](gone.md)"),
        ("scripts/b.pyc", "../gone"),
    ]);
    let (_kept_too, tidy_tree) = planted(&[]);
    assert_eq!(tree.len(), tidy_tree.len());
}

#[test]
fn a_ratchet_is_lowered_and_never_raised() {
    let lowered = |packages: &str| {
        let (_kept, tree) = planted(&[("xtask/ratchets.toml", packages)]);
        tidy::ratchet::lowered(&tree)
            .unwrap()
            .map(|lowered| lowered.text)
    };
    assert_eq!(
        lowered("# Why.\npackages = 9\n").as_deref(),
        Some("# Why.\npackages = 3\n")
    );
    assert_eq!(lowered("packages = 3\n"), None);
    assert_eq!(lowered("packages = 2\n"), None);
}

#[test]
fn this_tree_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let findings = tidy::findings(&Tree::read(root).unwrap()).unwrap();
    let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(said.is_empty(), "\n{}\n", said.join("\n"));
}

/// First lines of what these checks find in the tidy tree with some files changed.
fn said_of<'c>(checks: impl IntoIterator<Item = &'c Check>, files: &[(&str, &str)]) -> Vec<String> {
    let (_kept, tree) = planted(files);
    let found = checks
        .into_iter()
        .flat_map(|check| tidy::findings_of(check, &tree).unwrap());
    found
        .map(|finding| finding.to_string().lines().next().unwrap().to_owned())
        .collect()
}

/// The tidy tree with some files changed, in a directory that lives as long as it is kept.
fn planted(files: &[(&str, &str)]) -> (TempDir, Tree) {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in TIDY.iter().chain(files) {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let tree = Tree::read(root.path()).unwrap();
    (root, tree)
}
