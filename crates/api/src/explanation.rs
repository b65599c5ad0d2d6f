//! An explanation, as it is written, for the eyes of who reads it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use engine::fact::{AppRoleKey, Fact, Key, MembershipKey};
use engine::{
    AppId, BusinessId, DelegateId, Directory, Explanation, Gate, Holder, Owner, Path, PathSort,
    PersonId, Thing,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{DecisionBody, ReasonBody};
use crate::gate::GateBody;
use crate::remedy::RemedyBody;
use crate::sentence::sentence;

/// An explanation with its remedies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedBody {
    /// The explanation.
    pub explanation: ExplanationBody,
    /// What would put it right, each proven to work; empty when nothing can help.
    pub remedies: Vec<RemedyBody>,
}

/// An explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExplanationBody {
    /// The decision.
    #[serde(flatten)]
    pub decision: DecisionBody,
    /// The reason the platform would report first.
    pub first_reason: Option<Cow<'static, str>>,
    /// Who asks in layers 1 to 3.
    pub holder: Option<String>,
    /// Who acts in layers 4 and 5.
    pub actor: Option<String>,
    /// The five layers.
    pub layers: Vec<LayerBody>,
    /// What the operation needs of roles, and the paths towards it.
    pub needs: Vec<NeedBody>,
    /// The reviews, verifications and lists that are closed to the app, with whose turn it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateBody>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerBody {
    /// 1 to 5.
    pub number: u8,
    /// Its name.
    pub name: Cow<'static, str>,
    /// What it asks.
    pub question: Cow<'static, str>,
    /// Was it asked?
    pub asked: bool,
    /// What speaks against it.
    pub reasons: Vec<ReasonBody>,
    /// The facts it looked at.
    pub facts: Vec<FactBody>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FactBody {
    /// In plain words.
    pub text: String,
    /// Its kind.
    pub kind: Cow<'static, str>,
}

/// One need of the operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NeedBody {
    /// On what.
    pub on: Option<String>,
    /// Of which kind.
    pub kind: String,
    /// Any of these capabilities.
    pub can: Vec<String>,
    /// The roles that carry one, weakest first.
    pub roles: Vec<String>,
    /// Every path; each sufficient one allows alone.
    pub paths: Vec<PathBody>,
}

/// One path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PathBody {
    /// What sort it is.
    pub sort: Cow<'static, str>,
    /// The facts it rests on.
    pub facts: Vec<FactBody>,
    /// What it gives.
    pub can: Vec<String>,
    /// What caps took away.
    pub capped: Vec<String>,
    /// Does it meet the need alone?
    pub enough: bool,
}

/// Whose eyes read: what may be shown of other people's businesses.
#[derive(Debug, Clone)]
pub struct Eyes {
    everything: bool,
    businesses: BTreeSet<BusinessId>,
    person: Option<PersonId>,
}

impl Eyes {
    /// Returns eyes that may see everything: the platform's own.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            everything: true,
            businesses: BTreeSet::new(),
            person: None,
        }
    }

    /// Returns the eyes of a holder: people of their own businesses by name, others by role.
    #[must_use]
    pub fn of(directory: &Directory, holder: &Holder) -> Self {
        let mut eyes = Self {
            everything: false,
            businesses: BTreeSet::new(),
            person: None,
        };
        match holder {
            Holder::Person(person) => {
                eyes.person = Some(person.clone());
                for fact in directory.facts_of_person(person) {
                    if let Fact::Membership(one) = fact {
                        eyes.businesses.insert(one.business);
                    }
                }
            }
            Holder::SystemUser(id) => {
                if let Some(Fact::SystemUser(one)) = directory.fact(&Key::SystemUser(id.clone())) {
                    eyes.businesses.insert(one.business);
                }
            }
            Holder::Business(id) => {
                eyes.businesses.insert(id.clone());
            }
            Holder::App(_) => {}
        }
        eyes
    }

    /// Returns a holder as these eyes may see them.
    #[must_use]
    pub fn holder(&self, directory: &Directory, holder: &Holder) -> String {
        let seen = match holder {
            Holder::Person(person) => {
                self.person.as_ref() == Some(person)
                    || self.businesses.iter().any(|business| {
                        let key = MembershipKey {
                            business: business.clone(),
                            person: person.clone(),
                        };
                        directory.fact(&Key::Membership(key)).is_some()
                    })
            }
            Holder::SystemUser(id) => match directory.fact(&Key::SystemUser(id.clone())) {
                Some(Fact::SystemUser(one)) => self.businesses.contains(&one.business),
                _ => true,
            },
            Holder::Business(_) | Holder::App(_) => true,
        };
        if seen || self.everything {
            return holder.to_string();
        }
        match holder {
            Holder::Person(person) => directory
                .facts_of_person(person)
                .into_iter()
                .find_map(|fact| match fact {
                    Fact::Membership(one) => {
                        Some(format!("{} of business {}", one.role, one.business))
                    }
                    _ => None,
                })
                .unwrap_or_else(|| "somebody".to_owned()),
            Holder::SystemUser(id) => match directory.fact(&Key::SystemUser(id.clone())) {
                Some(Fact::SystemUser(one)) => {
                    format!("a system user of business {}", one.business)
                }
                _ => "a system user".to_owned(),
            },
            other => other.to_string(),
        }
    }

    /// Returns the employee for whom a system user acts, as these eyes may be told of them: by the
    /// name that their business has for them to those who are of it.
    #[must_use]
    pub fn employee(&self, directory: &Directory, of: &Holder, employee: &DelegateId) -> String {
        let employer = match of {
            Holder::SystemUser(id) => directory.fact(&Key::SystemUser(id.clone())),
            _ => None,
        };
        let own = match employer {
            Some(Fact::SystemUser(one)) => self.businesses.contains(&one.business),
            _ => false,
        };
        match own || self.everything {
            true => format!("employee {employee}"),
            false => "an employee".to_owned(),
        }
    }

    /// May these eyes read what the app and the platform wrote to each other? Those who own the app
    /// or have a role on it may.
    #[must_use]
    pub fn manage(&self, directory: &Directory, app: &AppId) -> bool {
        let owns = match directory.fact(&Key::App(app.clone())) {
            Some(Fact::App(fact)) => match fact.owner {
                Owner::Business(id) => self.businesses.contains(&id),
                Owner::Person(id) => self.person.as_ref() == Some(&id),
            },
            _ => false,
        };
        let has_role = self.person.as_ref().is_some_and(|person| {
            let key = AppRoleKey {
                app: app.clone(),
                person: person.clone(),
            };
            directory.fact(&Key::AppRole(key)).is_some()
        });
        self.everything || owns || has_role
    }

    fn fact(&self, fact: &Fact) -> FactBody {
        FactBody {
            text: sentence(fact),
            kind: Cow::Borrowed(fact.kind()),
        }
    }
}

impl ExplanationBody {
    /// Returns an explanation as it is written for these eyes. `tell` gives the text behind a gate,
    /// to eyes that may read it.
    #[must_use]
    pub fn of(
        explanation: &Explanation,
        eyes: &Eyes,
        state: Option<String>,
        tell: &dyn Fn(&Gate) -> Option<String>,
    ) -> Self {
        let gates = explanation.gates.iter();
        let gates = gates.map(|gate| GateBody::of(gate, tell(gate)));
        let layers = explanation.layers.iter().map(|story| LayerBody {
            number: story.layer.number(),
            name: Cow::Borrowed(story.layer.name()),
            question: Cow::Borrowed(story.layer.question()),
            asked: story.asked,
            reasons: story.reasons.iter().copied().map(ReasonBody::of).collect(),
            facts: story.facts.iter().map(|fact| eyes.fact(fact)).collect(),
        });
        let needs = explanation.needs.iter().map(|need| NeedBody {
            on: need.on.as_ref().map(Thing::to_string),
            kind: need.kind.clone(),
            can: need.can.clone(),
            roles: need.roles.clone(),
            paths: need
                .paths
                .iter()
                .map(|path| path_body(path, eyes))
                .collect(),
        });
        Self {
            decision: DecisionBody::of(&explanation.decision, state),
            first_reason: explanation
                .first_reason
                .map(|reason| Cow::Borrowed(reason.code())),
            holder: explanation.holder.as_ref().map(Holder::to_string),
            actor: explanation.actor.as_ref().map(Holder::to_string),
            layers: layers.collect(),
            needs: needs.collect(),
            gates: gates.collect(),
        }
    }
}

fn path_body(path: &Path, eyes: &Eyes) -> PathBody {
    PathBody {
        sort: Cow::Borrowed(match path.sort {
            PathSort::Owner => "owner",
            PathSort::Assignment => "assignment",
            PathSort::Reach => "reach",
            PathSort::Partner => "partner",
            PathSort::Membership => "membership",
            PathSort::Parent => "parent",
            PathSort::AppRole => "app_role",
            PathSort::Operator => "operator",
        }),
        facts: path.facts.iter().map(|fact| eyes.fact(fact)).collect(),
        can: path.can.clone(),
        capped: path.capped.clone(),
        enough: path.enough,
    }
}
