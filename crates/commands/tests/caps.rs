//! The law of caps: whatever a tool proposes, gets approved and makes, in whatever order and with
//! however old a figure, the budgets never pass the cap.
//!
//! The model is the platform itself, with one number: the sum of the budgets as it really is.

// Functions beside the tests are held to the rules for tests.
#![cfg(test)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use commands::document::{DirectoryFile, plain_digest};
use commands::{Command, Order, Refusal, handle};
use engine::fact::{Change, Digest};
use engine::{Credential, Directory, Evidence, Figure, Holder};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rulebook::Source;
use serde_json::json;

const CAP: u64 = 50_000;

/// What happens.
#[derive(Debug, Clone)]
enum Deed {
    /// The platform is asked for the sum, which is kept until it is asked again.
    Feed,
    /// Time passes, in seconds.
    Wait(i64),
    /// The tool proposes to raise a budget.
    Propose { from: u64, more: u64 },
    /// Somebody approves all that waits.
    Approve,
    /// The tool makes what is open, the newest first.
    Execute,
    /// The tool raises a budget on its own.
    Raise { from: u64, more: u64 },
    /// The mandate is set anew, on autopilot or not; or ended before.
    Set { autopilot: bool, ended: bool },
}

fn deed() -> impl Strategy<Value = Deed> {
    let amounts = || (5_000_u64..30_000, 1_u64..6_000);
    prop_oneof![
        3 => Just(Deed::Feed),
        2 => (1_i64..1_200).prop_map(Deed::Wait),
        4 => amounts().prop_map(|(from, more)| Deed::Propose { from, more }),
        3 => Just(Deed::Approve),
        4 => Just(Deed::Execute),
        4 => amounts().prop_map(|(from, more)| Deed::Raise { from, more }),
        1 => any::<[bool; 2]>().prop_map(|[autopilot, ended]| Deed::Set { autopilot, ended }),
    ]
}

struct Story {
    directory: Directory,
    now: Timestamp,
    figure: Option<Figure>,
    /// The sum of the budgets, as it really is.
    sum: u64,
    given: u32,
    made: u32,
}

fn maple() -> Directory {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let rulebook = Source::parse("meta", &read("rulebooks/meta.toml")).unwrap();
    let rulebook = Arc::new(rulebook.compile(&BTreeMap::new()).unwrap());
    let text = read("scenarios/meta/directories/maple.yaml");
    let file = DirectoryFile::parse("maple", &text).unwrap();
    let facts = file.facts(&rulebook, &mut plain_digest).unwrap().facts;
    let mut directory = Directory::new(rulebook, 0);
    for fact in facts {
        directory.apply(&Change::Set(fact));
    }
    directory
}

impl Story {
    fn begin(sum: u64) -> Self {
        Self {
            directory: maple(),
            now: "2026-08-12T12:00:00Z".parse().unwrap(),
            figure: None,
            sum,
            given: 0,
            made: 0,
        }
    }

    fn give(&mut self, by: Credential, command: serde_json::Value) -> Result<(), Refusal> {
        let command: Command = serde_json::from_value(command).unwrap();
        self.given += 1;
        let id = format!("command {}", self.given);
        let good = Figure {
            value: 2_600,
            at: self.now,
        };
        let mut evidence = Evidence::default();
        evidence.figures.daily_budget_total = self.figure;
        evidence.figures.cpa = Some(good);
        evidence.figures.roas = Some(Figure {
            value: 3_100,
            ..good
        });
        let mut keep_text = |text: &str| plain_digest("", text);
        let mut order = Order {
            by,
            delegate: None,
            evidence,
            now: self.now,
            id: &id,
            entropy: [0; 32],
            keep_text: &mut keep_text,
        };
        let handled = handle(&self.directory, &command, &mut order)?;
        for change in &handled.changes {
            self.directory.apply(change);
        }
        Ok(())
    }

    /// Does something; what is refused has no effect.
    fn happens(&mut self, deed: &Deed) {
        let tool = Credential::Token(Digest::of("test-pilot"));
        let person = |id: &str| Credential::Holder(Holder::Person(id.parse().unwrap()));
        let change = |from: &u64, more: &u64| json!({ "from": from, "to": from + more });
        match deed {
            Deed::Feed => {
                self.figure = Some(Figure {
                    value: self.sum,
                    at: self.now,
                });
            }
            Deed::Wait(seconds) => self.now += SignedDuration::from_secs(*seconds),
            Deed::Propose { from, more } => {
                let body = json!({ "operation": "budget.raise", "asset": "act_52", "change": change(from, more) });
                let _refused = self.give(tool, json!({ "proposal.make": body }));
            }
            Deed::Approve => {
                for proposal in self.open() {
                    let command = json!({ "proposal.approve": { "proposal": proposal } });
                    let _refused = self.give(person("lena"), command);
                }
            }
            Deed::Execute => {
                for proposal in self.open().into_iter().rev() {
                    let known = self.directory.proposal(&proposal.parse().unwrap());
                    let change = known.and_then(|known| known.change).unwrap();
                    let command = json!({ "proposal.execute": { "proposal": proposal } });
                    if self.give(tool.clone(), command).is_ok() {
                        self.sum += change.to - change.from;
                        self.made += 1;
                    }
                }
            }
            Deed::Raise { from, more } => {
                let body = json!({ "operation": "budget.raise", "asset": "act_52", "change": change(from, more) });
                if self.give(tool, json!({ "change.make": body })).is_ok() {
                    self.sum += more;
                    self.made += 1;
                }
            }
            Deed::Set { autopilot, ended } => {
                if *ended {
                    let end = json!({ "mandate.end": { "mandate": "m-maple" } });
                    let _refused = self.give(person("max"), end);
                }
                // A new mandate starts semi-automatic, whoever sets it.
                let modes = match (*ended, *autopilot) {
                    (true, true) => &["semi_automatic", "autopilot"][..],
                    (_, true) => &["autopilot"],
                    (_, false) => &["semi_automatic"],
                };
                for mode in modes {
                    let body = json!({ "id": "m-maple", "business": "5200", "to": { "app": "adpilot" },
                        "mode": mode, "limits": { "daily_budget_total": CAP, "step": 2_000 } });
                    self.give(person("max"), json!({ "mandate.set": body }))
                        .unwrap();
                }
            }
        }
    }

    fn open(&self) -> Vec<String> {
        let open = self.directory.proposals().filter(|one| one.is_open());
        open.map(|one| one.id.to_string()).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn budgets_never_pass_the_cap(
        sum in 20_000_u64..CAP,
        deeds in proptest::collection::vec(deed(), 1..40),
    ) {
        let mut story = Story::begin(sum);
        for deed in &deeds {
            story.happens(deed);
            prop_assert!(story.sum <= CAP, "{} after {deed:?}", story.sum);
        }
    }
}

/// The law above would hold of a tool that is never let do anything, too.
#[test]
fn raises_that_fit_are_made() {
    let mut story = Story::begin(40_000);
    let deeds = [
        Deed::Feed,
        Deed::Propose {
            from: 20_000,
            more: 3_000,
        },
        Deed::Propose {
            from: 20_000,
            more: 4_000,
        },
        Deed::Propose {
            from: 20_000,
            more: 4_000,
        },
        Deed::Approve,
        Deed::Execute,
    ];
    deeds.iter().for_each(|deed| story.happens(deed));
    assert_eq!(
        story.made, 2,
        "of 3,000, 4,000 and 4,000 two fit into 10,000"
    );
    assert!((47_000..=48_000).contains(&story.sum));
    story.happens(&Deed::Set {
        autopilot: true,
        ended: true,
    });
    story.happens(&Deed::Raise {
        from: 20_000,
        more: 4_000,
    });
    assert_eq!(
        story.made, 2,
        "an old figure does not know of the two, whatever the mandate"
    );
    story.happens(&Deed::Wait(1));
    story.happens(&Deed::Feed);
    story.happens(&Deed::Raise {
        from: 20_000,
        more: 2_000,
    });
    assert_eq!(story.made, 3);
}
