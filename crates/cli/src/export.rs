//! `countersign export`: a directory as a file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use commands::document::{DirectoryDocument, DirectoryFile, plain_digest};
use commands::scenario::FileKind;
use engine::fact::TextDigest;

use crate::args::Output;
use crate::exit::Exit;
use crate::fact_file::Line;
use crate::shell::Shell;
use crate::sources;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "From a directory file this writes it anew: rows in a fixed order, what was left out filled in, \
    digests in place of secrets."
)]
pub(crate) struct Args {
    /// Lines of facts, as `countersign import` writes them, or a directory file.
    file: PathBuf,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let text = sources::read(&args.file)?;
    let document = match FileKind::of(&text) {
        FileKind::Directory => again(args, &text)?,
        FileKind::Scenario | FileKind::Other => from_lines(args, &text)?,
    };
    match shell.output {
        Output::Table => write!(shell.out, "{}", document.to_yaml()?)?,
        Output::Json => shell.json(&document)?,
    }
    Ok(Exit::Ok)
}

fn again(args: &Args, text: &str) -> Result<DirectoryDocument> {
    let name = args.file.display().to_string();
    let file = DirectoryFile::parse(&name, text).map_err(|wrong| anyhow!("{wrong}"))?;
    let source = sources::rulebook(&file.document().rulebook, Some(&args.file))?;
    let rulebook = file.document().compile(&source);
    let rulebook = rulebook.map_err(|wrong| anyhow!("{wrong}"))?;
    let facts = file.facts(&rulebook, &mut plain_digest);
    let facts = facts.map_err(|wrong| anyhow!("{wrong}"))?;
    let texts = facts.texts.into_iter().map(|text| (text.digest, text.text));
    let texts: BTreeMap<TextDigest, String> = texts.collect();
    let text = |digest: &TextDigest| texts.get(digest).cloned();
    let mut document = DirectoryDocument::from_facts(&facts.facts, &text);
    document.rulebook.clone_from(&file.document().rulebook);
    Ok(document)
}

fn from_lines(args: &Args, text: &str) -> Result<DirectoryDocument> {
    let lines = Line::parse_all(&args.file.display().to_string(), text)?;
    let mut facts = Vec::new();
    let mut texts = BTreeMap::new();
    for line in lines {
        match line {
            Line::Fact(fact) => facts.push(fact),
            Line::Text(line) => {
                texts.insert(line.digest, line.text);
            }
        }
    }
    if facts.is_empty() {
        return Err(anyhow!("`{}` has no facts", args.file.display()));
    }
    let text = |digest: &TextDigest| texts.get(digest).cloned();
    Ok(DirectoryDocument::from_facts(&facts, &text))
}
