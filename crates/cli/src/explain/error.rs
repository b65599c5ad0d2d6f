//! `countersign explain --error`: what can be behind an error that the platform answered. No server
//! and no facts are needed: what the platform means by its words is a table.

mod pasted;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use ::rulebook::{Rulebook, nearest};
use anyhow::{Context as _, Result, anyhow};
use clap::ValueEnum;
use meta::saying::clue::{Clues, Verdict};
use meta::saying::endpoint::operation_of;
use meta::saying::{self, Cause};
use serde::Serialize;

use crate::exit::Exit;
use crate::output::Output;
use crate::paint::Paint;
use crate::shell::Shell;
use crate::sources;
use crate::world::WorldArgs;

use pasted::Pasted;

const HEADING: &str = "An error of the platform";
/// The longest text that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// An error, and what else is known.
#[derive(Debug, clap::Args)]
pub(crate) struct ErrorArgs {
    /// Explain an error of the platform: a file with the JSON it answered, with a whole answer or with what an
    /// SDK printed; `-` reads it from the input.
    #[arg(long, help_heading = HEADING, value_name = "FILE",
        conflicts_with_all = ["who", "app", "with", "context", "evidence", "data", "server", "directory", "at"])]
    error: Option<PathBuf>,
    /// The call it answered: `GET act_1/insights`, or an operation of the rulebook such as `ad.edit`.
    #[arg(long, help_heading = HEADING, requires = "error")]
    call: Option<String>,
    /// What kind the token is.
    #[arg(long, help_heading = HEADING, requires = "error")]
    token_kind: Option<TokenKind>,
    /// The permissions the token carries, with commas between them; an empty text for none.
    #[arg(long = "scopes", help_heading = HEADING, requires = "error", value_name = "A,B")]
    carried: Option<String>,
    /// Is the app in development or live?
    #[arg(long, help_heading = HEADING, requires = "error")]
    app_mode: Option<Mode>,
    /// At which access level the app has the permission.
    #[arg(long, help_heading = HEADING, requires = "error")]
    level: Option<Level>,
    /// The app's Marketing API tier.
    #[arg(long, help_heading = HEADING, requires = "error")]
    tier: Option<Tier>,
    /// The role on the asset: `admin`, `advertiser`, `analyst`, …, or `none`.
    #[arg(long, help_heading = HEADING, requires = "error")]
    role: Option<String>,
    /// The role in the business: `admin`, `employee`, or `none`.
    #[arg(long, help_heading = HEADING, requires = "error", value_name = "ROLE")]
    business_role: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum TokenKind {
    User,
    Page,
    SystemUser,
    App,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    Development,
    Live,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    Standard,
    Advanced,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tier {
    None,
    Limited,
    Full,
}

/// What is answered.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    subcode: Option<u32>,
    message: &'a str,
    /// The operation that the call is.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    /// Are the words known, or the code alone?
    sure: bool,
    causes: Vec<CauseAnswer>,
}

#[derive(Debug, Serialize)]
struct CauseAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    verdict: &'static str,
    why: &'static str,
    check: &'static str,
}

impl ErrorArgs {
    /// Returns where the error is, if one is to be explained.
    pub(super) fn file(&self) -> Option<&Path> {
        self.error.as_deref()
    }
}

pub(super) fn run(
    file: &Path,
    args: &ErrorArgs,
    world: &WorldArgs,
    shell: &mut Shell<'_>,
) -> Result<Exit> {
    let text = read(file)?;
    let pasted = pasted::find(&text)?;
    let rulebook = sources::rulebook(world.rulebook.as_deref().unwrap_or("meta"), None)?;
    let rulebook = rulebook.compile(&std::collections::BTreeMap::new());
    let rulebook = rulebook.map_err(|wrong| anyhow!("{wrong}"))?;
    let operation = operation(args, &pasted, &rulebook)?;
    let scopes = args.carried.as_deref().map(|text| listed(text, &rulebook));
    let scopes = scopes.transpose()?;
    let (code, subcode) = (pasted.code, pasted.subcode);
    let found = saying::find(code, subcode, &pasted.message);
    let found = found.ok_or_else(|| {
        anyhow!("`code`: no error {code} is known; look it up in the platform's error reference")
    })?;
    let rules = rulebook.rules(0);
    let clues = Clues {
        rules,
        message: &pasted.message,
        operation: operation
            .as_deref()
            .and_then(|name| rules.operation_named(name)),
        token: args.token_kind.map(TokenKind::name),
        scopes: scopes.as_deref(),
        live: args.app_mode.map(|mode| mode == Mode::Live),
        advanced: args.level.map(|level| level == Level::Advanced),
        tier: args.tier.map(Tier::name),
        role: args.role.as_deref(),
        business_role: args.business_role.as_deref(),
    };
    let causes = clues.sorted(&found.causes);
    match shell.output {
        Output::Json => shell.json(&Answer {
            code,
            subcode,
            message: &pasted.message,
            operation: operation.as_deref(),
            sure: found.sure,
            causes: causes.iter().map(CauseAnswer::of).collect(),
        })?,
        Output::Table => tell(&pasted, operation.as_deref(), found.sure, &causes, shell)?,
    }
    Ok(Exit::Ok)
}

fn read(file: &Path) -> Result<String> {
    if file != Path::new("-") {
        return sources::read(file);
    }
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(LONGEST);
    input
        .read_to_end(&mut bytes)
        .context("cannot read the input")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the operation: the one that was named, or the one that the call is.
fn operation(args: &ErrorArgs, pasted: &Pasted, rulebook: &Rulebook) -> Result<Option<String>> {
    let Some(call) = &args.call else {
        let (method, path) = pasted.call.as_ref().map_or(("", ""), |(m, p)| (m, p));
        return Ok(operation_of(method, path).map(str::to_owned));
    };
    match call.trim().split_once(char::is_whitespace) {
        Some((method, path)) => Ok(operation_of(method, path.trim()).map(str::to_owned)),
        None => crate::question::operation(rulebook, call.trim())
            .map(|name| Some(name.to_owned()))
            .map_err(|error| error.context("`--call` is neither `GET PATH` nor an operation")),
    }
}

/// Returns the scopes of a list; one that is misspelt would rule out what is not ruled out.
fn listed(text: &str, rulebook: &Rulebook) -> Result<Vec<String>> {
    let names = &rulebook.rules(0).names;
    let all = rulebook.rules(0).permissions.iter();
    let all: Vec<&str> = all.map(|permission| permission.name.as_str()).collect();
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| match names.permission(part) {
            Some(_) => Ok(part.to_owned()),
            None => {
                let near = nearest(part, all.iter().copied());
                let hint = near.map(|near| format!("; did you mean `{near}`?"));
                Err(anyhow!(
                    "`--scopes`: there is no permission `{part}`{}",
                    hint.unwrap_or_default()
                ))
            }
        })
        .collect()
}

fn tell(
    pasted: &Pasted,
    operation: Option<&str>,
    sure: bool,
    causes: &[(Cause, Verdict)],
    shell: &mut Shell<'_>,
) -> Result<()> {
    let subcode = pasted.subcode.map(|subcode| format!("/{subcode}"));
    let heading = format!(
        "error {}{}: {}",
        pasted.code,
        subcode.unwrap_or_default(),
        pasted.message
    );
    let heading = shell.paint(Paint::Strong, &heading);
    shell.line(heading)?;
    if let Some(operation) = operation {
        shell.line(format!("the call is {operation}"))?;
    }
    if !sure {
        shell.line("These words are not known; this is what the code alone can mean.")?;
    }
    let parts = [
        (Verdict::Likely, "\nWhat you know points to:"),
        (
            Verdict::Possible,
            "\nCan be behind it, the likeliest first:",
        ),
        (Verdict::RuledOut, "\nRuled out by what you know:"),
    ];
    for (verdict, heading) in parts {
        let part = causes.iter().filter(|(_, said)| *said == verdict);
        let part: Vec<&Cause> = part.map(|(cause, _)| cause).collect();
        if !part.is_empty() {
            shell.line(heading)?;
        }
        for cause in part {
            tell_cause(cause, verdict, shell)?;
        }
    }
    Ok(())
}

fn tell_cause(cause: &Cause, verdict: Verdict, shell: &mut Shell<'_>) -> Result<()> {
    let (mark, paint) = match verdict {
        Verdict::Likely => ("✗", Paint::Bad),
        Verdict::Possible => ("?", Paint::Strong),
        Verdict::RuledOut => ("–", Paint::Faint),
    };
    let code = match cause.reason {
        Some(reason) => format!("{}  ", shell.paint(paint, reason.code())),
        None => String::new(),
    };
    shell.line(format!("  {mark} {code}{}", cause.why))?;
    if verdict != Verdict::RuledOut {
        let check = shell.paint(Paint::Faint, &format!("      → {}", cause.check));
        shell.line(check)?;
    }
    Ok(())
}

impl CauseAnswer {
    fn of((cause, verdict): &(Cause, Verdict)) -> Self {
        Self {
            reason: cause.reason.map(::rulebook::Reason::code),
            verdict: verdict.word(),
            why: cause.why,
            check: cause.check,
        }
    }
}

impl TokenKind {
    const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Page => "page",
            Self::SystemUser => "system_user",
            Self::App => "app",
        }
    }
}

impl Tier {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Limited => "limited",
            Self::Full => "full",
        }
    }
}
