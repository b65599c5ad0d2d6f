//! `countersign token list`.

use anyhow::Result;
use api::{TokenBody, TokensBody};
use commands::{InventoryOf, inventory};
use engine::BusinessId;
use serde::Serialize;

use crate::client::Client;
use crate::exit::Exit;
use crate::output::Output;
use crate::shell::Shell;
use crate::world::{Source, World, WorldArgs};

/// The longest page a server gives.
const PAGE: usize = 1_000;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "With `--ending-within` the exit code is 4 if a token is listed: something must be done about it. \
    When a token was last used is known to a server only, as far back as it remembers."
)]
pub(crate) struct Args {
    /// Only those a business answers for: of its system users and apps, and for its apps.
    #[arg(long, value_name = "ID")]
    business: Option<BusinessId>,
    /// Only those that are alive and end within so many days.
    #[arg(long, value_name = "DAYS")]
    ending_within: Option<u32>,
    /// Only those that are alive.
    #[arg(long)]
    alive: bool,
    /// Tell at most so many.
    #[arg(long, default_value_t = 1_000)]
    limit: usize,
    #[command(flatten)]
    world: WorldArgs,
}

/// The list as it is written.
#[derive(Debug, Serialize)]
struct Found {
    tokens: Vec<TokenBody>,
    more: bool,
}

pub(crate) fn run(args: &Args, shell: &mut Shell<'_>) -> Result<Exit> {
    let found = match args.world.source()? {
        Source::Here(world) => here(args, &world),
        Source::There(client) => there(args, &client)?,
    };
    match shell.output {
        Output::Json => shell.json(&found)?,
        Output::Table => {
            for token in &found.tokens {
                shell.line(line(token))?;
            }
            if found.tokens.is_empty() {
                shell.say("no token");
            }
            if found.more {
                shell.say(format!(
                    "there are more than {}: raise `--limit`",
                    args.limit
                ));
            }
        }
    }
    let ends = args.ending_within.is_some() && !found.tokens.is_empty();
    Ok(if ends { Exit::Findings } else { Exit::Ok })
}

fn here(args: &Args, world: &World) -> Found {
    let of = InventoryOf {
        business: args.business.clone(),
        alive: args.alive,
        ending_within_days: args.ending_within,
        after: None,
        limit: args.limit,
    };
    let found = inventory(&world.directory, &of, world.now);
    let lines = found.tokens.iter();
    Found {
        tokens: lines.map(|line| TokenBody::of(line, None)).collect(),
        more: found.more,
    }
}

fn there(args: &Args, client: &Client) -> Result<Found> {
    let mut tokens = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let wanted = args.limit.saturating_sub(tokens.len());
        if wanted == 0 {
            return Ok(Found { tokens, more: true });
        }
        let mut query = format!("limit={}&alive={}", wanted.min(PAGE), args.alive);
        let said = [
            ("business", args.business.as_ref().map(ToString::to_string)),
            (
                "ending_within_days",
                args.ending_within.map(|days| days.to_string()),
            ),
            ("cursor", cursor),
        ];
        for (name, value) in said {
            if let Some(value) = value {
                query.push_str(&format!("&{name}={}", escaped(&value)));
            }
        }
        let page: TokensBody = client.get(&format!("/api/v1/tokens?{query}"))?;
        tokens.extend(page.tokens);
        match page.cursor {
            Some(next) => cursor = Some(next),
            None => {
                let more = false;
                return Ok(Found { tokens, more });
            }
        }
    }
}

/// Returns a text as the query of a URL has it.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

/// Returns a token in one line.
fn line(token: &TokenBody) -> String {
    let holder = token.holder.as_deref().unwrap_or("nobody");
    let app = token.app.as_deref().unwrap_or("none");
    let end = match (&token.ended, token.expires, token.days_left) {
        (Some(why), _, _) => format!("ended: {why}"),
        (None, Some(end), Some(days)) => format!("{days} days left, until {end}"),
        (None, Some(end), None) => format!("{} since {end}", token.state),
        (None, None, _) => format!("{}, without an end", token.state),
    };
    let scopes = match token.scopes.is_empty() {
        true => "nothing".to_owned(),
        false => token.scopes.join(" "),
    };
    let mut line = format!(
        "{}  {} of {holder} for app:{app}  {scopes}  {end}",
        token.token, token.kind
    );
    for (scope, assets) in &token.targets {
        line.push_str(&format!("; {scope} on {} only", assets.join(" ")));
    }
    if let Some(days) = token.renewed_days_before {
        line.push_str(&format!("; renewed by itself {days} days before"));
    }
    if !token.seen_by.is_empty() {
        line.push_str(&format!("; seen by {}", token.seen_by.join(", ")));
    }
    if let Some(used) = token.last_used {
        line.push_str(&format!("; last used {used}"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_of_a_value_becomes_another_parameter() {
        assert_eq!(escaped("a-1&alive=true é"), "a-1%26alive%3Dtrue%20%C3%A9");
    }
}
