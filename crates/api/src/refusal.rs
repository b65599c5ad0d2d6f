//! A refusal that was kept, and its explanation for whoever may have one.
//!
//! What is kept is little: who asked what, at which place of the log, and the reasons. The facts are
//! not in it: the log still has them, so the story is told again on the directory as it stood then.
//! The reasons are shown as they were recorded; what would put it right is looked for on what is
//! known now.

use std::borrow::Cow;

use engine::fact::{Fact, Key};
use engine::{
    Credential, Decision, Directory, Evidence, Explanation, Gate, Holder, Request, Thing, decide,
};
use jiff::Timestamp;
use rulebook::{Layer, Reason, ReasonSet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::is_masked;
use crate::blur::{blurred, heard, told_to_asker};
use crate::explanation::{ExplanationBody, Eyes};
use crate::question::QuestionBody;
use crate::remedy::{RemedyBody, remedies};

/// A refusal, as it is kept: a few hundred bytes of JSON, no names and no secrets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeptRefusal {
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// The place in the log that was decided on.
    pub position: u64,
    /// In which realm.
    pub realm: String,
    /// The call as it was made, without its parameters: `get act_1/insights`.
    pub call: String,
    /// The platform's code that was answered.
    pub code: u32,
    /// Its subcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcode: Option<u32>,
    /// Who held the token.
    pub holder: String,
    /// The token's app.
    pub app: String,
    /// The token's id.
    pub token: String,
    /// The codes of all reasons; none where the call itself was wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Cow<'static, str>>,
    /// The thing was one that the asker may not know of, or none at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// What was asked; nothing where the call itself was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<QuestionBody>,
    /// Why a command was refused that might have been given: `LAST_ADMIN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Cow<'static, str>>,
}

/// A refusal and its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalBody {
    /// The id that was told with it.
    pub id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The place in the log that was decided on.
    pub position: u64,
    /// The call, without its parameters: `get act_1/insights`.
    pub call: String,
    /// The platform's code that was answered.
    pub code: u32,
    /// Its subcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subcode: Option<u32>,
    /// Who held the token, as the reader may know it.
    pub holder: String,
    /// The token's app.
    pub app: String,
    /// The operation that was asked for; not of things that the reader may not know of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// On what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Why a command was refused that might have been given: `LAST_ADMIN`, `CONFLICT`, `INVALID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Why, on the facts of then; nothing where the call itself was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationBody>,
    /// What would put it right now, each proven to work.
    pub remedies: Vec<RemedyBody>,
    /// Would the same be allowed now?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_now: Option<bool>,
}

/// Who reads an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// Somebody who may ask about everything.
    Everything,
    /// Whoever was refused.
    Asker,
    /// Somebody who administers the thing or the app. Of things the holder may not know of, he hears
    /// what he would of none.
    Administrator(Holder),
}

/// What an explanation is told with.
#[derive(Clone, Copy)]
pub struct RefusalSight<'a> {
    /// The directory as it stood when it was refused.
    pub then: &'a Directory,
    /// The directory as it stands.
    pub newest: &'a Directory,
    /// The time.
    pub now: Timestamp,
    /// Who reads.
    pub reader: &'a Reader,
    /// What the reader may see of others.
    pub eyes: &'a Eyes,
    /// Returns the text behind a gate, to eyes that may read it.
    pub tell: &'a dyn Fn(&Gate) -> Option<String>,
}

impl std::fmt::Debug for RefusalSight<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefusalSight")
            .field("now", &self.now)
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

impl KeptRefusal {
    /// Returns the refusal that was written as these bytes; nothing if they are none.
    #[must_use]
    pub fn parse(record: &[u8]) -> Option<Self> {
        serde_json::from_slice(record).ok()
    }

    /// Returns the thing it was about, as far as the question names one.
    #[must_use]
    pub fn thing(&self) -> Option<Thing> {
        self.question.as_ref()?.on.parse().ok()
    }

    /// Returns the refusal with its explanation, under its id.
    #[must_use]
    pub fn told(&self, id: &str, sight: &RefusalSight<'_>) -> RefusalBody {
        let (story, hidden) = self.story(sight);
        let again = self.asked(sight.newest).filter(|_| !hidden);
        let (remedies, allowed_now) = match &again {
            Some((request, evidence)) => self.now(request, evidence, sight),
            None => (Vec::new(), None),
        };
        let shown = self.question.as_ref().filter(|_| !hidden);
        let holder = match self.holder.parse::<Holder>() {
            Ok(holder) => sight.eyes.holder(sight.then, &holder),
            Err(_) => self.holder.clone(),
        };
        RefusalBody {
            id: id.to_owned(),
            at: self.at,
            position: self.position,
            call: self.call.clone(),
            code: self.code,
            subcode: self.subcode,
            holder,
            app: self.app.clone(),
            operation: shown.map(|question| question.operation.clone()),
            on: shown.map(|question| question.on.clone()),
            refusal: self.refusal.as_deref().map(str::to_owned),
            explanation: story
                .map(|story| ExplanationBody::of(&story, sight.eyes, None, sight.tell)),
            remedies,
            allowed_now,
        }
    }

    /// Returns the question as the engine takes it, by the token as a directory knows it.
    fn asked(&self, directory: &Directory) -> Option<(Request, Evidence)> {
        let by = self.credential(directory)?;
        self.question.as_ref()?.request(directory, &by).ok()
    }

    fn credential(&self, directory: &Directory) -> Option<Credential> {
        let key = Key::Token(self.token.parse().ok()?);
        match directory.fact(&key) {
            Some(Fact::Token(token)) => Some(Credential::Token(token.digest)),
            _ => None,
        }
    }

    /// Returns why, and whether something of it is hidden from the reader.
    fn story(&self, sight: &RefusalSight<'_>) -> (Option<Explanation>, bool) {
        let (then, at) = (sight.then, self.at);
        let nothing = || self.of_nothing(Reason::AssetNotAssigned);
        let says_little = match sight.reader {
            Reader::Everything => false,
            Reader::Asker => true,
            Reader::Administrator(_) => self.question.is_none(),
        };
        if self.hidden && says_little {
            return (Some(nothing()), true);
        }
        let Some((request, evidence)) = self.asked(then) else {
            // Nothing was decided: the call itself was wrong, or named nothing that there is.
            let unknown = || self.of_nothing(Reason::Unknown);
            return (self.hidden.then(unknown), self.hidden);
        };
        let explain = |request: &Request| engine::explain(then, request, &evidence, at);
        match sight.reader {
            Reader::Everything => (Some(self.as_recorded(explain(&request), then)), false),
            Reader::Asker => {
                let (story, hidden) = told_to_asker(then, &request, &evidence, at);
                match hidden {
                    true => (Some(nothing()), true),
                    false => (Some(self.as_recorded(story, then)), false),
                }
            }
            Reader::Administrator(holder) => {
                let own = Request {
                    credential: Credential::Holder(holder.clone()),
                    ..request.clone()
                };
                match blurred(then, &own, &evidence, at) {
                    None => (Some(self.as_recorded(explain(&request), then)), false),
                    Some(_) => (Some(nothing()), true),
                }
            }
        }
    }

    /// The reasons are those that were recorded, whatever is found today.
    fn as_recorded(&self, mut story: Explanation, then: &Directory) -> Explanation {
        let reasons = self.reasons.iter();
        let reasons: ReasonSet = reasons.filter_map(|code| Reason::from_code(code)).collect();
        if reasons != story.decision.reasons {
            story.decision.reasons = reasons;
            story.first_reason = then.rulebook().rules(0).first_reason(reasons);
            for layer in &mut story.layers {
                layer.reasons = reasons.of_layer(layer.layer).iter().collect();
            }
        }
        story
    }

    /// Returns what is said of a thing that is not there or not for the reader. Nothing in it
    /// depends on which.
    fn of_nothing(&self, reason: Reason) -> Explanation {
        let holder = self.holder.parse::<Holder>().ok();
        let layers = Layer::ALL.into_iter().map(|layer| engine::LayerStory {
            layer,
            asked: true,
            reasons: (layer == reason.layer())
                .then_some(reason)
                .into_iter()
                .collect(),
            facts: Vec::new(),
        });
        Explanation {
            decision: Decision {
                reasons: ReasonSet::of(reason),
                visible: false,
                asked: engine::Layers::All,
                obligations: engine::Obligations::default(),
                position: self.position,
            },
            first_reason: Some(reason),
            holder: holder.clone(),
            actor: holder,
            layers: layers.collect(),
            needs: Vec::new(),
            gates: Vec::new(),
        }
    }

    /// Returns what would put it right now, and whether it is right already.
    fn now(
        &self,
        request: &Request,
        evidence: &Evidence,
        sight: &RefusalSight<'_>,
    ) -> (Vec<RemedyBody>, Option<bool>) {
        let (directory, now) = (sight.newest, sight.now);
        let decision = decide(directory, request, evidence, now);
        let decision = match sight.reader {
            Reader::Asker => heard(directory, request, evidence, now, &decision),
            _ => decision,
        };
        if decision.is_allowed() || is_masked(&decision) {
            return (Vec::new(), Some(decision.is_allowed()));
        }
        let found = commands::remedies(directory, request, evidence, now);
        (remedies(directory, &found, sight.eyes), Some(false))
    }
}
