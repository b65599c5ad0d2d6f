//! Where a command does its work: reads the directory, leaves changes.

use base64::Engine as _;
use engine::fact::{
    Asset, AssignmentKey, Business, Change, EndReason, Fact, Grant, Invitation, Key, Membership,
    MembershipKey, Share, SystemUser, TextDigest, Token,
};
use engine::{
    AppId, AssetId, AssetOrGroup, BusinessId, Credential, DelegateId, Directory, Evidence, GrantId,
    Holder, InvitationId, PersonId, Request, SystemUserId, TokenId,
};
use jiff::Timestamp;
use rulebook::{Kind, Rules};
use sha2::{Digest as _, Sha256};

use crate::about::About;
use crate::order::{Answer, Handled, KeptSecret, Order, Refusal, SecretOf};

/// A command at work.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) now: Timestamp,
    pub(crate) evidence: Evidence,
    pub(crate) answer: Answer,
    by: Credential,
    delegate: Option<DelegateId>,
    order_id: String,
    entropy: [u8; 32],
    made: u32,
    changes: Vec<Change>,
    secrets: Vec<KeptSecret>,
    keep_text: TextKeeper<'a>,
}

struct TextKeeper<'a>(&'a mut dyn FnMut(&str) -> TextDigest);

impl std::fmt::Debug for TextKeeper<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextKeeper")
    }
}

impl<'a> Desk<'a> {
    pub(crate) fn new(directory: &'a Directory, order: &'a mut Order<'_>) -> Self {
        Self {
            directory,
            now: order.now,
            evidence: order.evidence.clone(),
            answer: Answer::default(),
            by: order.by.clone(),
            delegate: order.delegate.clone(),
            order_id: order.id.to_owned(),
            entropy: order.entropy,
            made: 0,
            changes: Vec::new(),
            secrets: Vec::new(),
            keep_text: TextKeeper(order.keep_text),
        }
    }

    pub(crate) fn finish(self) -> Handled {
        Handled {
            changes: self.changes,
            answer: self.answer,
            secrets: self.secrets,
        }
    }

    /// Returns by which credential the command is given.
    pub(crate) const fn by(&self) -> &Credential {
        &self.by
    }

    /// Returns who gives the command: the holder of the token, if it is given with one.
    pub(crate) fn caller(&self) -> Option<Holder> {
        caller(self.directory, &self.by)
    }

    /// Returns who decides what goes with the command, in its circumstances.
    pub(crate) fn asking(&self) -> Asking<'a> {
        Asking {
            directory: self.directory,
            delegate: self.delegate.clone(),
            evidence: self.evidence.clone(),
            now: self.now,
        }
    }

    /// Returns the employee for whom the command is given.
    pub(crate) const fn delegate(&self) -> Option<&DelegateId> {
        self.delegate.as_ref()
    }

    /// Returns the app through which the command is given, if it is given with a token.
    pub(crate) fn app_used(&self) -> Option<AppId> {
        self.given_through().map(|(_, app)| app)
    }

    /// Returns the grant and the app the command is given through; nothing for a sign-in.
    pub(crate) fn given_through(&self) -> Option<(Option<GrantId>, AppId)> {
        given_through(self.directory, &self.by)
    }

    /// May the caller do this other operation too?
    pub(crate) fn may(&self, operation: &str, about: About) -> bool {
        let request: Request = about.request(operation, self.by.clone());
        self.asking().decide(request).is_ok()
    }

    /// The fact holds from now on.
    pub(crate) fn set(&mut self, fact: impl Into<Fact>) {
        self.changes.push(Change::Set(fact.into()));
    }

    /// The fact holds no more. Ending twice is ending once.
    pub(crate) fn end(&mut self, key: Key) {
        let change = Change::End(key);
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Does a part of a command. If it is refused, nothing of it is left.
    pub(crate) fn trying(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let (changes, answer) = (self.changes.len(), self.answer.clone());
        let secrets = self.secrets.len();
        let came = part(self);
        if came.is_err() {
            self.changes.truncate(changes);
            self.secrets.truncate(secrets);
        }
        self.answer = answer;
        came
    }

    /// Returns a fact as it will be after what has been done so far.
    pub(crate) fn fact_so_far(&self, key: &Key) -> Option<Fact> {
        let latest = self.changes.iter().rev().find_map(|change| match change {
            Change::Set(fact) if fact.key() == *key => Some(Some(fact.clone())),
            Change::End(ended) if ended == key => Some(None),
            _ => None,
        });
        latest.unwrap_or_else(|| self.directory.fact(key))
    }

    /// Was anything left to change?
    pub(crate) const fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Keeps a free text elsewhere.
    pub(crate) fn text(&mut self, text: Option<&str>) -> Option<TextDigest> {
        text.map(|text| (self.keep_text.0)(text))
    }

    /// Returns a new id: `prefix` and digits that derive from the command's id and a count, so that
    /// doing the same command again makes the same id. At most 24 characters.
    pub(crate) fn new_id<T: std::str::FromStr>(&mut self, prefix: &str) -> Result<T, Refusal> {
        let id = derived_id(prefix, &self.order_id, self.made);
        self.made += 1;
        id
    }

    /// Returns a secret nobody can guess.
    pub(crate) fn secret(&mut self, prefix: &str) -> String {
        let hash = Sha256::new()
            .chain_update(b"countersign secret 1\0")
            .chain_update(self.entropy)
            .chain_update(self.made.to_be_bytes())
            .finalize();
        self.made += 1;
        let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash);
        format!("{prefix}{text}")
    }

    /// Keeps a secret beside the log.
    pub(crate) fn keep_secret(&mut self, of: SecretOf, secret: &str) {
        let secret = secret.to_owned();
        self.secrets.push(KeptSecret { of, secret });
    }

    pub(crate) fn rules(&self) -> &'a Rules {
        self.directory.rulebook().rules(0)
    }

    pub(crate) fn kind(&self, name: &str) -> Result<&'a Kind, Refusal> {
        self.rules()
            .kind_named(name)
            .filter(|kind| kind.family.is_asset())
            .ok_or_else(|| {
                let kinds = self
                    .rules()
                    .kinds
                    .iter()
                    .filter(|kind| kind.family.is_asset());
                let known: Vec<&str> = kinds.map(|kind| kind.name.as_str()).collect();
                Refusal::invalid(
                    "kind",
                    format!("`{name}` is no kind of asset; known: {}", known.join(", ")),
                )
            })
    }

    /// Returns the role names of the kind of a family, checking one.
    pub(crate) fn checked_role(&self, family: rulebook::Family, role: &str) -> Result<(), Refusal> {
        let kind = self.rules().kinds.iter().find(|kind| kind.family == family);
        let roles = kind.map_or(&[][..], |kind| &kind.roles);
        if roles.iter().any(|known| known.name == role) {
            return Ok(());
        }
        let known: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        let message = format!("`{role}` is no role; known: {}", known.join(", "));
        Err(Refusal::invalid("role", message))
    }

    pub(crate) fn business(&self, id: &BusinessId) -> Result<Business, Refusal> {
        match self.directory.fact(&Key::Business(id.clone())) {
            Some(Fact::Business(fact)) => Ok(fact),
            _ => Err(Refusal::not_found("business", id)),
        }
    }

    pub(crate) fn asset(&self, id: &AssetId) -> Result<Asset, Refusal> {
        match self.directory.fact(&Key::Asset(id.clone())) {
            Some(Fact::Asset(fact)) => Ok(fact),
            _ => Err(Refusal::not_found("asset", id)),
        }
    }

    pub(crate) fn app(&self, id: &AppId) -> Result<engine::fact::App, Refusal> {
        match self.directory.fact(&Key::App(id.clone())) {
            Some(Fact::App(fact)) => Ok(fact),
            _ => Err(Refusal::not_found("app", id)),
        }
    }

    pub(crate) fn system_user(&self, id: &SystemUserId) -> Result<SystemUser, Refusal> {
        match self.directory.fact(&Key::SystemUser(id.clone())) {
            Some(Fact::SystemUser(fact)) => Ok(fact),
            _ => Err(Refusal::not_found("system user", id)),
        }
    }

    pub(crate) fn person(&self, id: &PersonId) -> Result<(), Refusal> {
        match self.directory.fact(&Key::Person(id.clone())) {
            Some(_) => Ok(()),
            None => Err(Refusal::not_found("person", id)),
        }
    }

    pub(crate) fn grant(&self, id: &GrantId) -> Result<Grant, Refusal> {
        match self.directory.fact(&Key::Grant(id.clone())) {
            Some(Fact::Grant(fact)) => Ok(fact),
            _ => Err(Refusal::not_found("grant", id)),
        }
    }

    pub(crate) fn token(&self, id: &TokenId) -> Result<Token, Refusal> {
        match self.directory.fact(&Key::Token(id.clone())) {
            Some(Fact::Token(fact)) => Ok(fact),
            _ => Err(Refusal::not_found("token", id)),
        }
    }

    pub(crate) fn invitation(&self, id: &InvitationId) -> Result<Invitation, Refusal> {
        match self.directory.fact(&Key::Invitation(id.clone())) {
            Some(Fact::Invitation(fact)) => Ok(fact),
            _ => Err(Refusal::not_found("invitation", id)),
        }
    }

    /// Returns the place a person has in a business that is there.
    pub(crate) fn membership(
        &self,
        business: &BusinessId,
        person: &PersonId,
    ) -> Option<Membership> {
        self.business(business).ok()?;
        let (business, person) = (business.clone(), person.clone());
        let key = Key::Membership(MembershipKey { business, person });
        match self.directory.fact(&key) {
            Some(Fact::Membership(fact)) => Some(fact),
            _ => None,
        }
    }

    pub(crate) fn shares_of(&self, of: &AssetOrGroup) -> Vec<Share> {
        shares(self.directory.shares_of(of))
    }

    pub(crate) fn shares_to(&self, business: &BusinessId) -> Vec<Share> {
        shares(self.directory.shares_to(business))
    }

    /// Ends the assignments that `wanted` picks among those of a holder.
    pub(crate) fn end_assignments_of(
        &mut self,
        holder: &Holder,
        wanted: impl Fn(&AssignmentKey) -> bool,
    ) {
        let facts = self.directory.assignments_of(holder);
        self.end_assignments(facts, wanted);
    }

    /// Ends what a business or an app was assigned, and what it let apps do.
    pub(crate) fn end_everything_of(&mut self, holder: &Holder) {
        self.end_assignments_of(holder, |_| true);
        for fact in self.directory.grants_held_by(holder) {
            if let Fact::Grant(grant) = fact {
                self.end_grant(&grant.id, EndReason::RoleLost);
            }
        }
    }

    /// Ends the assignments that `wanted` picks among those on an asset or group.
    pub(crate) fn end_assignments_on(
        &mut self,
        on: &AssetOrGroup,
        wanted: impl Fn(&AssignmentKey) -> bool,
    ) {
        let facts = self.directory.assignments_on(on);
        self.end_assignments(facts, wanted);
    }

    fn end_assignments(&mut self, facts: Vec<Fact>, wanted: impl Fn(&AssignmentKey) -> bool) {
        for fact in facts {
            if let Key::Assignment(key) = fact.key()
                && wanted(&key)
            {
                self.end(Key::Assignment(key));
            }
        }
    }

    /// Ends a grant and its tokens. The tokens stay known as ended, so that whoever still holds one
    /// is told what happened.
    pub(crate) fn end_grant(&mut self, grant: &GrantId, reason: EndReason) {
        for narrower in self.narrowed_from(grant) {
            self.end_tokens(&narrower.id, reason);
            self.end(Key::Grant(narrower.id));
        }
        self.end_tokens(grant, reason);
        self.end(Key::Grant(grant.clone()));
    }

    /// Returns the live grants that were narrowed from this one, and those narrowed from them.
    pub(crate) fn narrowed_from(&self, grant: &GrantId) -> Vec<Grant> {
        let Ok(wide) = self.grant(grant) else {
            return Vec::new();
        };
        let facts = match &wide.holder {
            Holder::Person(_) | Holder::SystemUser(_) => {
                self.directory.grants_held_by(&wide.holder)
            }
            Holder::Business(_) | Holder::App(_) => self.directory.grants_to(&wide.app),
        };
        let mut others: Vec<Grant> = facts
            .into_iter()
            .filter_map(|fact| match fact {
                Fact::Grant(other) if other.from.is_some() && other.id != *grant => Some(other),
                _ => None,
            })
            .collect();
        let mut wider = vec![grant.clone()];
        let mut narrower = Vec::new();
        while let Some(next) = wider.pop() {
            let (found, rest): (Vec<_>, Vec<_>) = others
                .into_iter()
                .partition(|other| other.from.as_ref() == Some(&next));
            wider.extend(found.iter().map(|other| other.id.clone()));
            narrower.extend(found);
            others = rest;
        }
        narrower
    }

    /// Ends the live tokens of a grant.
    pub(crate) fn end_tokens(&mut self, grant: &GrantId, reason: EndReason) {
        for fact in self.directory.tokens_of(grant) {
            if let Fact::Token(token) = fact
                && token.ended.is_none()
            {
                self.end_token(token, reason);
            }
        }
    }

    /// Ends a live token; nothing renews it any more.
    pub(crate) fn end_token(&mut self, token: Token, reason: EndReason) {
        let renewal = Key::Renewal(token.id.clone());
        if self.directory.fact(&renewal).is_some() {
            self.end(renewal);
        }
        self.set(Token {
            ended: Some(reason),
            ..token
        });
    }
}

/// Returns an id that derives from a command's id and a count.
pub(crate) fn derived_id<T: std::str::FromStr>(
    prefix: &str,
    order_id: &str,
    made: u32,
) -> Result<T, Refusal> {
    let hash = Sha256::new()
        .chain_update(b"countersign id 1\0")
        .chain_update(order_id.as_bytes())
        .chain_update(made.to_be_bytes())
        .finalize();
    let number = hash
        .iter()
        .take(7)
        .fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    let text = format!("{prefix}{:015}", number % 1_000_000_000_000_000);
    text.parse()
        .map_err(|_| Refusal::invalid("id", "no id could be made; name one"))
}

/// Returns the holder behind a credential, if it is a known one.
pub(crate) fn caller(directory: &Directory, by: &Credential) -> Option<Holder> {
    match by {
        Credential::Holder(holder) => Some(holder.clone()),
        Credential::Assumed(assumed) => Some(assumed.holder.clone()),
        Credential::Token(digest) => {
            let token = directory.token_with(digest)?;
            Some(directory.grant(&token.grant)?.holder)
        }
    }
}

fn given_through(directory: &Directory, by: &Credential) -> Option<(Option<GrantId>, AppId)> {
    match by {
        Credential::Holder(_) => None,
        Credential::Assumed(assumed) => Some((None, assumed.app.clone())),
        Credential::Token(digest) => {
            let token = directory.token_with(digest)?;
            let grant = directory.grant(&token.grant)?;
            Some((Some(grant.id), grant.app))
        }
    }
}

/// Returns the app behind a credential, if it is a token.
pub(crate) fn app_behind(directory: &Directory, by: &Credential) -> Option<AppId> {
    given_through(directory, by).map(|(_, app)| app)
}

/// Asks the engine about what goes with a command.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) directory: &'a Directory,
    /// For whom a system user asks: whatever goes with his command is asked for him too.
    pub(crate) delegate: Option<DelegateId>,
    pub(crate) evidence: Evidence,
    pub(crate) now: Timestamp,
}

impl Asking<'_> {
    /// May this be done? Refused as a command of its own would be.
    pub(crate) fn decide(&self, mut request: Request) -> Result<(), Refusal> {
        request.context.delegate.clone_from(&self.delegate);
        let decision = engine::decide(self.directory, &request, &self.evidence, self.now);
        match decision.is_allowed() {
            true => Ok(()),
            false => Err(Refusal::Denied {
                decision,
                request: Box::new(request),
            }),
        }
    }
}

fn shares(facts: Vec<Fact>) -> Vec<Share> {
    facts
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::Share(fact) => Some(fact),
            _ => None,
        })
        .collect()
}
