//! An import into a realm of a running server.

use std::time::Duration;

use anyhow::{Result, anyhow};
use api::{ImportAnswer, ImportProgress};

use super::{Args, tell_done, tell_plan};
use crate::client::Client;
use crate::does::new_id;
use crate::exit::Exit;
use crate::output::Output;
use crate::shell::Shell;
use crate::sources;

/// How long to wait between two looks at a long import.
const PAUSE: Duration = Duration::from_millis(300);

pub(super) fn run(args: &Args, client: &Client, shell: &mut Shell<'_>) -> Result<Exit> {
    let text = sources::read(&args.file)?;
    let ask = |how: &str| -> Result<ImportAnswer> {
        let path = format!(
            "/api/v1/import?file={}&replace={}&{how}",
            encoded(&args.file.display().to_string()),
            args.replace
        );
        let answer = client.post_text(&path, "application/yaml", &text)?;
        Ok(client.answer(&answer)?)
    };
    let plan = ask("plan=true")?;
    if shell.output == Output::Table {
        tell_plan(&plan, shell)?;
    }
    if args.plan {
        if shell.output == Output::Json {
            shell.json(&plan)?;
        }
        return Ok(Exit::Ok);
    }
    let id = match &args.id {
        Some(id) => id.clone(),
        None => new_id()?,
    };
    let mut answer = ask(&format!("id={}", encoded(&id)))?;
    if answer.outcome == "running" {
        let progress = wait(client, &id, shell)?;
        answer.outcome = progress.outcome;
        answer.position = progress.position;
    }
    tell_done(&answer, shell)?;
    Ok(Exit::Ok)
}

/// Waits for a long import, which the server goes on with even when nobody waits.
fn wait(client: &Client, id: &str, shell: &mut Shell<'_>) -> Result<ImportProgress> {
    loop {
        let path = format!("/api/v1/import?id={}", encoded(id));
        let progress: ImportProgress = client.get(&path)?;
        if let (Some(written), Some(of)) = (progress.written, progress.entries) {
            shell.progress("written", written, of);
        }
        match progress.outcome.as_ref() {
            "running" => std::thread::sleep(PAUSE),
            "done" => return Ok(progress),
            _ => {
                let why = progress.detail.unwrap_or_default();
                return Err(anyhow!("{why}").context(format!(
                    "the import was cut off; the same one with `--id {id}` goes on"
                )));
            }
        }
    }
}

/// Returns a value as it stands in an address.
fn encoded(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    text
}
