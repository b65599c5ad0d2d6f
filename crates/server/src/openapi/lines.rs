//! The operations of the native API, one line each.

use crate::check::QuestionsBody;
use crate::command::CommandNames;
use crate::ledger_entries::{EntriesBody, HeadBody, VerdictBody};
use crate::rulebook_page::{ActivateBody, RulebookBody};
use crate::session::WhoAmI;
use api::{
    ActivateAnswer, AssetsBody, BulkAnswer, BulkBody, ChildrenBody, CollectBody, CommandAnswer,
    CommandBody, DecisionBody, ExplainedBody, FigureFeed, FindingsBody, HoldersBody, HoldingsBody,
    ImportAnswer, ImportProgress, MandatesBody, MembersBody, PartnersBody, ProposalsBody,
    ProveRemovalBody, QuestionBody, RefusalBody, ResidueBody, SessionAnswer, SessionBody,
    SignInCodeAnswer, SignInCodeBody, SweptBody, ThingsBody, TokensBody, WhatCanBody, WhoCanBody,
};

use super::{Line, Param, Schemas, Shape, line};

/// The parameters of the inventory of tokens.
const TOKENS: &[Param] = &[
    ("business", "Those it answers for; all, if left out", false),
    ("alive", "`true`: only those that are alive", false),
    (
        "ending_within_days",
        "Only those that are alive and end within so many days",
        false,
    ),
    LIMIT,
    CURSOR,
];

/// Returns every operation of the native API.
pub(super) fn lines(s: &mut Schemas) -> Vec<Line> {
    let mut lines = asking(s);
    lines.extend(around_a_business(s));
    lines.extend(doing(s));
    lines.extend(keeping(s));
    lines
}

fn asking(s: &mut Schemas) -> Vec<Line> {
    let question = s.one::<QuestionBody>();
    let decision = s.one::<DecisionBody>();
    let (many, decisions) = (s.one::<QuestionsBody>(), s.many::<DecisionBody>());
    let explained = s.one::<ExplainedBody>();
    let refusal = s.one::<RefusalBody>();
    let (who, holders) = (s.one::<WhoCanBody>(), s.one::<HoldersBody>());
    let (what, things) = (s.one::<WhatCanBody>(), s.one::<ThingsBody>());
    let (held, unsafe_things) = (s.one::<HoldingsBody>(), s.one::<FindingsBody>());
    let (partner, residue) = (s.one::<ProveRemovalBody>(), s.one::<ResidueBody>());
    let gone = "What is left of a partner? Nothing left is certified";
    let prove = "/api/v1/partners/prove-removal";
    let (mandates, proposals) = (s.one::<MandatesBody>(), s.one::<ProposalsBody>());
    let limits = "The mandates of tools that the caller may know of";
    let wishes = "What tools propose and made, as far as the caller may know of it";
    let me = s.one::<WhoAmI>();
    let tokens = s.one::<TokensBody>();
    let inventory = "The tokens there are, with their ends";
    let why = "Why, and what would put it right";
    let may = "May this be done?";
    let on_what = "On what can this be done?";
    vec![
        line("/api/v1/whoami", "get", "Who calls", Shape::Nothing, me),
        line("/api/v1/tokens", "get", inventory, Shape::Nothing, tokens).params(TOKENS),
        line("/api/v1/check", "post", may, question.clone(), decision),
        line(
            "/api/v1/checks",
            "post",
            "May these be done?",
            many,
            decisions,
        ),
        line("/api/v1/explain", "post", why, question, explained),
        line(
            "/api/v1/explanations/{id}",
            "get",
            "Why a call was refused, by the id that was told with the refusal",
            Shape::Nothing,
            refusal,
        ),
        line("/api/v1/who-can", "post", "Who can do this?", who, holders),
        line("/api/v1/what-can", "post", on_what, what, things),
        line(
            "/api/v1/holdings",
            "get",
            "What a person has in a business, each with the command that takes it away",
            Shape::Nothing,
            held,
        )
        .params(HOLDINGS),
        line(
            "/api/v1/findings",
            "get",
            "What is unsafe, each with a command that mends it",
            Shape::Nothing,
            unsafe_things,
        )
        .params(FINDINGS),
        line("/api/v1/mandates", "get", limits, Shape::Nothing, mandates).params(MANDATES),
        line(
            "/api/v1/proposals",
            "get",
            wishes,
            Shape::Nothing,
            proposals,
        )
        .params(PROPOSALS),
        line(prove, "post", gone, partner, residue),
    ]
}

const SECOND_FACTOR: Param = (
    "second_factor",
    "`true`: the second factor was passed",
    false,
);
const AT: Param = ("at", "A time, a date, or a place in the log", false);
const HOLDINGS: &[Param] = &[
    ("business", "The business's id", true),
    ("person", "The person's id", true),
    SECOND_FACTOR,
    AT,
];
const FINDINGS: &[Param] = &[
    (
        "business",
        "Of one business; of the whole realm if left out",
        false,
    ),
    SECOND_FACTOR,
    AT,
];

const LIMIT: Param = (
    "limit",
    "At most so many: 1 to 1000; 100 if left out",
    false,
);
const CURSOR: Param = ("cursor", "From the page before", false);
const PART: &[Param] = &[SECOND_FACTOR, LIMIT, CURSOR];

fn around_a_business(s: &mut Schemas) -> Vec<Line> {
    let lists = [
        (
            "/api/v1/businesses/{id}/children",
            "The children of a business",
            s.one::<ChildrenBody>(),
        ),
        (
            "/api/v1/businesses/{id}/members",
            "Who sits in a business",
            s.one::<MembersBody>(),
        ),
        (
            "/api/v1/businesses/{id}/partners",
            "With whom a business shares, either way",
            s.one::<PartnersBody>(),
        ),
        (
            "/api/v1/businesses/{id}/assets",
            "What a business owns, and what is shared to it",
            s.one::<AssetsBody>(),
        ),
    ];
    let line =
        |(path, summary, gives)| line(path, "get", summary, Shape::Nothing, gives).params(PART);
    lists.into_iter().map(line).collect()
}

const MANDATES: &[Param] = &[
    ("id", "Only this one", false),
    ("business", "Only those of this business", false),
    SECOND_FACTOR,
    LIMIT,
    CURSOR,
];
const PROPOSALS: &[Param] = &[
    ("id", "Only this one", false),
    (
        "business",
        "Only those under mandates of this business",
        false,
    ),
    ("mandate", "Only those under this mandate", false),
    (
        "open",
        "`true`: only those that can still be approved or made",
        false,
    ),
    SECOND_FACTOR,
    LIMIT,
    CURSOR,
];

fn doing(s: &mut Schemas) -> Vec<Line> {
    let (names, command) = (s.one::<CommandNames>(), s.one::<CommandBody>());
    let answer = s.one::<CommandAnswer>();
    let (ask, session) = (s.one::<SessionBody>(), s.one::<SessionAnswer>());
    let (person, code) = (s.one::<SignInCodeBody>(), s.one::<SignInCodeAnswer>());
    let (activate, activated) = (s.one::<ActivateBody>(), s.one::<ActivateAnswer>());
    let (bulk, items) = (s.one::<BulkBody>(), s.one::<BulkAnswer>());
    let feed = s.many::<FigureFeed>();
    let commands = "/api/v1/commands";
    let rulebook = "/api/v1/rulebook";
    let figures = "Feed figures with their time";
    let (collect, swept) = (s.one::<CollectBody>(), s.one::<SweptBody>());
    let collecting = "Get the secret of a token that was renewed by itself, once";
    let sweep = "Do what is due by the calendar now";
    vec![
        line(
            "/api/v1/tokens/collect",
            "post",
            collecting,
            collect,
            answer.clone(),
        ),
        line("/api/v1/sweep", "post", sweep, Shape::Nothing, swept),
        line(
            "/api/v1/sessions",
            "post",
            "Make an API token",
            ask,
            session,
        ),
        line(
            "/api/v1/sign-in-codes",
            "post",
            "Make a code with which a person sets a password",
            person,
            code,
        ),
        line(
            commands,
            "get",
            "The commands this platform has",
            Shape::Nothing,
            names,
        ),
        line(commands, "post", "Do something, once", command, answer),
        line(
            "/api/v1/bulk",
            "post",
            "Do many things, each once and by itself",
            bulk,
            items,
        ),
        line(
            rulebook,
            "post",
            "Activate a rulebook, or plan it",
            activate,
            activated,
        ),
        line("/api/v1/figures", "post", figures, feed, Shape::Nothing),
    ]
}

fn keeping(s: &mut Schemas) -> Vec<Line> {
    let (imported, progress) = (s.one::<ImportAnswer>(), s.one::<ImportProgress>());
    let entries = s.one::<EntriesBody>();
    let (head, verdict) = (s.one::<HeadBody>(), s.one::<VerdictBody>());
    let rulebook = s.one::<RulebookBody>();
    let in_words = "Entries in plain words, from `from`, at most `limit`";
    let signed = "The end of the log, signed";
    let active = "The active rulebook";
    let far = "How far a long import is";
    let whole = "Check the whole chain";
    let import = "/api/v1/import";
    let (export, bring) = ("The realm as a directory file", "Import a directory file");
    vec![
        line("/api/v1/export", "get", export, Shape::Nothing, Shape::File).params(&[(
            "at",
            "A time, a date, or a place in the log",
            false,
        )]),
        line(import, "post", bring, Shape::File, imported).params(&[
            ("id", "The import's id; a plan needs none", false),
            (
                "plan",
                "`true`: say what would change, change nothing",
                false,
            ),
            ("replace", "`true`: what the file does not say ends", false),
            ("file", "What the file is called in messages", false),
        ]),
        line(import, "get", far, Shape::Nothing, progress).params(&[(
            "id",
            "The import's id",
            true,
        )]),
        line(
            "/api/v1/ledger/entries",
            "get",
            in_words,
            Shape::Nothing,
            entries,
        )
        .params(&[
            ("from", "The first place in the log; 1 if left out", false),
            (
                "limit",
                "The most places looked at, 1 to 1000; 100 if left out",
                false,
            ),
            (
                "business",
                "Only entries that touch this business, at most `limit` of them",
                false,
            ),
            SECOND_FACTOR,
        ]),
        line("/api/v1/ledger/head", "get", signed, Shape::Nothing, head),
        line(
            "/api/v1/ledger/verify",
            "post",
            whole,
            Shape::Nothing,
            verdict,
        ),
        line("/api/v1/rulebook", "get", active, Shape::Nothing, rulebook),
        line(
            "/api/v1/openapi.json",
            "get",
            "This document",
            Shape::Nothing,
            Shape::Object,
        ),
    ]
}
