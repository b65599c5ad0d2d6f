use anyhow::{Context, Result, anyhow};
use toml::de::{DeTable, DeValue};

use super::Tree;

/// What one `Cargo.toml` says that tidy asks about.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// Path of the file.
    pub(crate) path: String,
    /// The crate as this project calls it: the last part of its directory.
    pub(crate) name: String,
    /// The package as Cargo calls it.
    pub(crate) package: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line that asks for another package.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    /// The package asked for, with renames undone.
    pub(crate) package: String,
    pub(crate) section: Section,
    pub(crate) line: usize,
    /// Whether version and source come from the workspace.
    pub(crate) inherited: bool,
    /// Whether it is a crate of this project, named by its directory.
    pub(crate) is_ours: bool,
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Normal,
    Build,
    Dev,
}

const SECTIONS: [(&str, Section); 3] = [
    ("dependencies", Section::Normal),
    ("build-dependencies", Section::Build),
    ("dev-dependencies", Section::Dev),
];

/// The manifest of the whole workspace.
pub(crate) const WORKSPACE: &str = "Cargo.toml";

/// Every crate of the workspace, by path.
///
/// Errors: a manifest that does not parse, or that inherits what the workspace does not have.
pub(crate) fn crates(tree: &Tree) -> Result<Vec<Manifest>> {
    let shared = workspace_dependencies(tree)?;
    let mut crates = Vec::new();
    for (path, text) in tree.texts() {
        if let Some(directory) = crate_directory(path) {
            let manifest = read_crate(path, directory, text, &shared);
            crates.push(manifest.with_context(|| format!("in `{path}`"))?);
        }
    }
    Ok(crates)
}

/// The lines of `[workspace.dependencies]`, keyed by the name crates use.
pub(crate) fn workspace_dependencies(tree: &Tree) -> Result<Vec<(String, Dependency)>> {
    let text = tree.get(WORKSPACE)?;
    let root = parse(text).with_context(|| format!("in `{WORKSPACE}`"))?;
    let Some(table) = table_in(&root, "workspace").and_then(|it| table_in(it, "dependencies"))
    else {
        return Ok(vec![]);
    };
    dependencies_in(table, Section::Normal, text, &[])
}

fn crate_directory(path: &str) -> Option<&str> {
    let directory = path.strip_suffix("/Cargo.toml")?;
    let is_member = directory == "xtask"
        || directory
            .strip_prefix("crates/")
            .is_some_and(|name| !name.contains('/'));
    is_member.then_some(directory)
}

fn read_crate(
    path: &str,
    directory: &str,
    text: &str,
    shared: &[(String, Dependency)],
) -> Result<Manifest> {
    let root = parse(text)?;
    let package = table_in(&root, "package")
        .and_then(|package| package.get("name"))
        .and_then(|name| name.get_ref().as_str())
        .context("the package has no name")?
        .to_owned();
    let mut dependencies = Vec::new();
    for (header, section) in SECTIONS {
        for table in sections_named(&root, header) {
            let found = dependencies_in(table, section, text, shared)?;
            dependencies.extend(found.into_iter().map(|(_, dependency)| dependency));
        }
    }
    let name = directory.rsplit('/').next().unwrap_or(directory).to_owned();
    Ok(Manifest {
        path: path.into(),
        name,
        package,
        dependencies,
    })
}

/// The section itself, and the same section under each `[target.…]`.
fn sections_named<'t, 'i>(root: &'t DeTable<'i>, header: &str) -> Vec<&'t DeTable<'i>> {
    let of_targets = table_in(root, "target")
        .into_iter()
        .flat_map(|targets| targets.values());
    let mut tables: Vec<_> = of_targets
        .filter_map(|target| as_table(target.get_ref()))
        .filter_map(|target| table_in(target, header))
        .collect();
    tables.extend(table_in(root, header));
    tables
}

fn dependencies_in(
    table: &DeTable<'_>,
    section: Section,
    text: &str,
    shared: &[(String, Dependency)],
) -> Result<Vec<(String, Dependency)>> {
    let mut found = Vec::new();
    for (key, value) in table {
        let key_text = key.get_ref().as_ref();
        let spec = as_table(value.get_ref());
        let says = |word: &str| {
            spec.and_then(|spec| spec.get(word))
                .map(toml::Spanned::get_ref)
        };
        let inherited = says("workspace")
            .and_then(DeValue::as_bool)
            .unwrap_or(false);
        let line = line_of(text, key.span().start);
        let dependency = if inherited {
            let (_, from) = shared
                .iter()
                .find(|(name, _)| name == key_text)
                .ok_or_else(|| anyhow!("`{key_text}` is not in `[workspace.dependencies]`"))?;
            Dependency {
                section,
                line,
                inherited,
                ..from.clone()
            }
        } else {
            let package = says("package")
                .and_then(DeValue::as_str)
                .unwrap_or(key_text);
            let is_ours = says("path").is_some();
            Dependency {
                package: package.into(),
                section,
                line,
                inherited,
                is_ours,
            }
        };
        found.push((key_text.to_owned(), dependency));
    }
    Ok(found)
}

fn parse(text: &str) -> Result<DeTable<'_>> {
    Ok(DeTable::parse(text)?.into_inner())
}

fn table_in<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
    as_table(table.get(key)?.get_ref())
}

fn as_table<'t, 'i>(value: &'t DeValue<'i>) -> Option<&'t DeTable<'i>> {
    match value {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// The line, counted from 1, that holds the byte at `offset`.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}
