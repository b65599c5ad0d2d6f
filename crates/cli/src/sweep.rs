//! `countersign sweep`: what is due by the calendar, done now.

use anyhow::{Result, anyhow};
use api::{SweptBody, due_words, not_done_words};
use commands::calendar;

use crate::exit::Exit;
use crate::output::Output;
use crate::place::Place;
use crate::shell::Shell;
use crate::world::{Source, WorldArgs};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "A server does it by itself every hour. Of a directory file it is only told what is due: nothing is \
    changed. The exit code is 4 if something could not be done."
)]
pub(crate) struct Args {
    #[command(flatten)]
    world: WorldArgs,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let place = args.world.place.place()?;
    if !matches!(place, Place::File(_))
        && (args.world.at.is_some() || args.world.rulebook.is_some())
    {
        return Err(anyhow!(
            "the ledger is written now and under the active rulebook: leave `--at` and `--rulebook` out"
        ));
    }
    let (swept, done) = match place {
        Place::File(_) => (of_file(&args.world)?, "due"),
        Place::Data(folder) => {
            let opened = folder.open()?;
            let swept = opened.installation.sweep_one(&opened.realm)?;
            let due = swept.done.iter().map(|(_, due)| due_words(due));
            let not_done = swept.not_done.iter().map(|(_, one)| not_done_words(one));
            let body = SweptBody {
                done: due.collect(),
                not_done: not_done.collect(),
            };
            (body, "done")
        }
        Place::Server(client) => {
            let nothing = serde_json::json!({});
            (client.post("/api/v1/sweep", &nothing)?, "done")
        }
    };
    match shell.output {
        Output::Json => shell.json(&swept)?,
        Output::Table => {
            for words in &swept.done {
                shell.line(format!("{done}  {words}"))?;
            }
            for words in &swept.not_done {
                shell.line(format!("NOT DONE  {words}"))?;
            }
            if swept.done.is_empty() && swept.not_done.is_empty() {
                shell.say("nothing is due");
            }
        }
    }
    Ok(match swept.not_done.is_empty() {
        true => Exit::Ok,
        false => Exit::Findings,
    })
}

/// Returns what is due of a file: a step is only told.
fn of_file(args: &WorldArgs) -> Result<SweptBody> {
    let Source::Here(world) = args.source()? else {
        return Err(anyhow!("a server was named, and a file"));
    };
    let found = calendar(&world.directory, world.now);
    Ok(SweptBody {
        done: found.due.iter().map(due_words).collect(),
        not_done: found.not_done.iter().map(not_done_words).collect(),
    })
}
