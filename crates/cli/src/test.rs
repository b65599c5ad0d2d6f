//! `countersign test`: scenarios, each question with the answer that is expected.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use commands::scenario::{Answered, DirectoryRow, FileKind, Report, ScenarioFile};
use serde::Serialize;

use crate::exit::Exit;
use crate::output::Output;
use crate::paint::Paint;
use crate::shell::Shell;
use crate::sources;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Run them under this rulebook instead: its name or file.
    #[arg(long)]
    rulebook: Option<String>,
    /// Tell only what failed.
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let mut reports = Vec::new();
    let mut unreadable = 0_usize;
    for path in files(&args.paths)? {
        match report(&path, args.rulebook.as_deref()) {
            Ok(report) => {
                if shell.output == Output::Table {
                    tell(&report, args.quiet, shell)?;
                }
                reports.push(report);
            }
            Err(error) => {
                unreadable += 1;
                shell.complain(&error.context(format!("cannot run `{}`", path.display())));
            }
        }
    }
    let questions: usize = reports.iter().map(|report| report.questions.len()).sum();
    let failed: usize = reports.iter().map(Report::failed).sum();
    match shell.output {
        Output::Json => shell.json(&Results::of(&reports, failed))?,
        Output::Table => shell.line(format!("{questions} questions, {failed} failed"))?,
    }
    if unreadable > 0 {
        return Err(anyhow!(
            "{unreadable} of the files could not be run; see above"
        ));
    }
    Ok(if failed > 0 { Exit::Findings } else { Exit::Ok })
}

/// Returns the scenario files, those of folders in order of their names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            collect(path, &mut files)?;
            if files.len() == before {
                return Err(anyhow!(
                    "there is no scenario in `{}`: none of its files has `steps`",
                    path.display()
                ));
            }
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let cannot = || format!("cannot list `{}`", folder.display());
    let entries = std::fs::read_dir(folder).with_context(cannot)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<PathBuf>>>()
        .with_context(cannot)?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_yaml(&path) && FileKind::of(&sources::read(&path)?) != FileKind::Directory {
            // What is neither is run as well, so that a broken scenario is an error and not silence.
            files.push(path);
        }
    }
    Ok(())
}

fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().and_then(std::ffi::OsStr::to_str);
    matches!(extension, Some("yaml" | "yml"))
}

fn report(path: &Path, rulebook: Option<&str>) -> Result<Report> {
    let text = sources::read(path)?;
    if FileKind::of(&text) == FileKind::Directory {
        return Err(anyhow!(
            "it is a directory, not a scenario: name the file that has `steps`"
        ));
    }
    let name = path.display().to_string();
    let scenario = ScenarioFile::parse(&name, &text).map_err(|wrong| anyhow!("{wrong}"))?;
    let (directory, place) = match (&scenario.document().directory, scenario.directory()) {
        (_, Some(directory)) => (directory, path.to_owned()),
        (DirectoryRow::File(named), None) => {
            let place = sources::beside(path, named);
            (sources::directory(&place)?, place)
        }
        (DirectoryRow::Here(_), None) => return Err(anyhow!("it has no directory")),
    };
    let source = match rulebook {
        Some(named) => sources::rulebook(named, None)?,
        None => sources::rulebook(&directory.document().rulebook, Some(&place))?,
    };
    scenario
        .run(&directory, &source)
        .map_err(|wrong| anyhow!("{wrong}"))
}

fn tell(report: &Report, quiet: bool, shell: &mut Shell<'_>) -> Result<()> {
    let failed = report.failed();
    if quiet && failed == 0 {
        return Ok(());
    }
    let heading = shell.paint(Paint::Strong, &report.title);
    shell.line(format!(
        "{heading}  {}",
        shell.paint(Paint::Faint, &report.file)
    ))?;
    for one in report.questions.iter().filter(|one| !quiet || !one.is_ok()) {
        let paint = if one.is_ok() { Paint::Good } else { Paint::Bad };
        let text = one.to_string();
        let mark = text.split_whitespace().next().unwrap_or_default();
        let painted = text.replacen(mark, &shell.paint(paint, mark), 1);
        shell.line(format!("  {}", painted.replace('\n', "\n  ")))?;
    }
    Ok(shell.line("")?)
}

/// What programs are told.
#[derive(Debug, Serialize)]
struct Results<'r> {
    questions: usize,
    failed: usize,
    scenarios: Vec<ScenarioResult<'r>>,
}

#[derive(Debug, Serialize)]
struct ScenarioResult<'r> {
    file: &'r str,
    title: &'r str,
    questions: Vec<QuestionResult<'r>>,
}

#[derive(Debug, Serialize)]
struct QuestionResult<'r> {
    line: usize,
    words: &'r str,
    rules: &'r [String],
    ok: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceResult<'r>>,
}

#[derive(Debug, Serialize)]
struct DifferenceResult<'r> {
    what: &'r str,
    expected: &'r str,
    got: &'r str,
}

impl<'r> Results<'r> {
    fn of(reports: &'r [Report], failed: usize) -> Self {
        let scenario = |report: &'r Report| ScenarioResult {
            file: &report.file,
            title: &report.title,
            questions: report.questions.iter().map(QuestionResult::of).collect(),
        };
        Self {
            questions: reports.iter().map(|report| report.questions.len()).sum(),
            failed,
            scenarios: reports.iter().map(scenario).collect(),
        }
    }
}

impl<'r> QuestionResult<'r> {
    fn of(one: &'r Answered) -> Self {
        let differences = one.differences.iter().map(|one| DifferenceResult {
            what: one.what,
            expected: &one.expected,
            got: &one.got,
        });
        Self {
            line: one.line,
            words: &one.words,
            rules: &one.rules,
            ok: one.is_ok(),
            differences: differences.collect(),
        }
    }
}
