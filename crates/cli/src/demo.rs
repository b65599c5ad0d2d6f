//! The demo: five worlds, each in a realm of its own.
//!
//! The worlds are the directory files that the shipped scenarios ask about, so that what the demo
//! answers is what the scenarios say.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow};
use commands::document::DirectoryFile;
use engine::Owner;
use engine::fact::{Asset, Business, Change, Fact, Properties, TwoFactor};
use ledger::Realm;
use node::installation::NewRealm;
use node::texts::Texts;

use crate::sources;

/// How many children the network has.
const CHILDREN: u32 = 2_000;

/// A world of the demo.
#[derive(Debug)]
pub(crate) struct World {
    /// The realm's name.
    pub(crate) realm: &'static str,
    /// What it shows.
    pub(crate) about: &'static str,
    /// A question to start with: who, operation, on.
    pub(crate) question: (&'static str, &'static str, &'static str),
    rulebook: &'static str,
    directory: &'static str,
    grows: bool,
}

/// The worlds, in the order in which they are loaded.
pub(crate) const WORLDS: &[World] = &[
    World {
        realm: "agency",
        about: "Northlight Media, an agency with twelve clients",
        question: (
            "system_user:su-buy",
            "custom_audience.create",
            "asset:act_8101",
        ),
        rulebook: "meta",
        directory: include_str!("../../../scenarios/meta/directories/northlight.yaml"),
        grows: false,
    },
    World {
        realm: "network",
        about: "ShopWave Ads, a retail network with 2,000 child businesses",
        question: ("person:mila", "insights.read", "asset:act_0422"),
        rulebook: "meta",
        directory: include_str!("../../../scenarios/meta/directories/shopwave.yaml"),
        grows: true,
    },
    World {
        realm: "ai-tool",
        about: "AdPilot, an AI buying tool acting for Maple & Main under a mandate",
        question: ("person:tom", "ad.edit", "asset:act_52"),
        rulebook: "meta",
        directory: include_str!("../../../scenarios/meta/directories/maple.yaml"),
        grows: false,
    },
    World {
        realm: "pinterest-hub",
        about: "Lumen Home, a Pinterest Business Hub setting up its Conversions API",
        question: ("person:iris", "events.send", "asset:AA-1"),
        rulebook: "pinterest",
        directory: include_str!("../../../scenarios/pinterest/directories/lumen.yaml"),
        grows: false,
    },
    World {
        realm: "marketplace",
        about: "Bazaar, a retail media network under a rulebook of its own",
        question: ("person:nora", "campaign.edit", "asset:acc-tea"),
        rulebook: "retail-media",
        directory: include_str!("../../../scenarios/retail-media/directories/bazaar.yaml"),
        grows: false,
    },
];

impl World {
    /// Returns the realm to be made.
    pub(crate) fn realm(&self) -> Result<NewRealm> {
        let named = |error| anyhow!("the demo's world `{}` is wrong: {error}", self.realm);
        let source = sources::rulebook(self.rulebook, None)?;
        let file = DirectoryFile::parse(self.realm, self.directory).map_err(named)?;
        let rulebook = file.document().compile(&source).map_err(named)?;
        // The demo's salts need not be secret, only its own: its names are made up.
        let mut texts = Texts::new(engine::fact::Digest::of(self.realm).0);
        let facts = file
            .facts(&rulebook, &mut |_, text| texts.keep(text))
            .map_err(named)?;
        let mut facts: Vec<Fact> = facts
            .facts
            .into_iter()
            .filter(|fact| !matches!(fact, Fact::Settings(_)))
            .collect();
        if self.grows {
            grow(&mut facts)?;
        }
        let person = crate::realm::OPERATOR
            .parse()
            .context("the operator's id")?;
        Ok(NewRealm {
            realm: Realm::parse(self.realm).context("the realm's name")?,
            rulebook: source.text().to_owned(),
            switches: file.document().switches.clone(),
            operator: Some((person, "operator".to_owned())),
            changes: facts.into_iter().map(Change::Set).collect(),
            texts: texts.into_writes(),
        })
    }
}

/// Adds children to the network's parent until there are 2,000, each with its ad account.
fn grow(facts: &mut Vec<Fact>) -> Result<()> {
    let children: BTreeMap<String, ()> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Business(one) if one.parent.is_some() => Some((one.id.to_string(), ())),
            _ => None,
        })
        .collect();
    let parent = facts.iter().find_map(|fact| match fact {
        Fact::Business(one) => one.parent.clone(),
        _ => None,
    });
    let parent = parent.context("the network has no parent business")?;
    for number in 1..=CHILDREN {
        let id = format!("BM-{number:04}");
        if children.contains_key(&id) {
            continue;
        }
        let business: engine::BusinessId = id.parse()?;
        facts.push(Fact::Business(Business {
            id: business.clone(),
            name: None,
            parent: Some(parent.clone()),
            verified: true,
            two_factor: TwoFactor::None,
            suspended: false,
            automated: false,
            profile: None,
        }));
        facts.push(Fact::Asset(Asset {
            id: format!("act_{number:04}").parse()?,
            kind: "ad_account".to_owned(),
            owner: Owner::Business(business),
            name: None,
            sandbox: false,
            properties: Properties::new(),
        }));
    }
    Ok(())
}
