//! Every command under its name, which is the name of the operation that authorises it.

use engine::fact::{Change, Person};
use engine::{Credential, Directory, PersonId};
use serde::{Deserialize, Serialize};

use crate::about::About;
use crate::desk::Desk;
use crate::order::{Handled, Order, Refusal};

/// What each command says of itself.
pub(crate) trait UseCase {
    /// What it is about, for the engine to decide.
    fn about(&self, directory: &Directory, by: &Credential) -> Result<About, Refusal>;
    /// Whom the command makes known by being given: it is decided as if he were known already.
    fn newcomer(&self, _: &Directory, _: &Credential) -> Option<PersonId> {
        None
    }
    /// Is the deed itself decided as it is done, and before it only whether the command may be given?
    /// Then it is there that the employee counts, for whom it is given.
    fn decides_within(&self) -> bool {
        false
    }
    /// Does it: reads through the desk, leaves changes there.
    fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal>;
}

macro_rules! commands {
    ($($name:literal $variant:ident;)*) => {
        /// A command. Written `{ "member.add": { … } }`.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Command {
            $(
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                $variant(crate::$variant),
            )*
        }

        impl Command {
            /// Every command's name.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// Returns the name, which is the operation that authorises it.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            fn use_case(&self) -> &dyn UseCase {
                match self { $(Self::$variant(command) => command,)* }
            }
        }

        $(impl From<crate::$variant> for Command {
            fn from(command: crate::$variant) -> Self {
                Self::$variant(command)
            }
        })*
    };
}

commands! {
    "business.create" CreateBusiness;
    "business.update" UpdateBusiness;
    "business.verify" VerifyBusiness;
    "business.suspend" SuspendBusiness;
    "child.create" CreateChild;
    "child.delete" DeleteChild;
    "member.add" AddMember;
    "member.change" ChangeMember;
    "member.remove" RemoveMember;
    "person.register" RegisterPerson;
    "person.change" ChangePerson;
    "person.offboard" OffboardPerson;
    "invitation.send" SendInvitation;
    "invitation.resend" ResendInvitation;
    "invitation.change" ChangeInvitation;
    "invitation.cancel" CancelInvitation;
    "invitation.accept" AcceptInvitation;
    "system_user.create" CreateSystemUser;
    "system_user.change" ChangeSystemUser;
    "system_user.remove" RemoveSystemUser;
    "asset.create" CreateAsset;
    "asset.rename" RenameAsset;
    "asset.remove" RemoveAsset;
    "group.create" CreateGroup;
    "group.rename" RenameGroup;
    "group.remove" RemoveGroup;
    "group.add_asset" AddGroupAsset;
    "group.remove_asset" RemoveGroupAsset;
    "custom_audience.create" CreateAudience;
    "custom_audience.delete" DeleteAudience;
    "link.make" MakeLink;
    "link.remove" RemoveLink;
    "share.offer" OfferShare;
    "share.change" ChangeShare;
    "share.accept" AcceptShare;
    "share.decline" DeclineShare;
    "share.return" ReturnShare;
    "share.revoke" RevokeShare;
    "partner.add" AddPartner;
    "partner.accept" AcceptPartner;
    "partner.decline" DeclinePartner;
    "partner.remove" RemovePartner;
    "on_behalf.start" StartOnBehalf;
    "on_behalf.end" EndOnBehalf;
    "on_behalf_token.issue" IssueOnBehalf;
    "request.make" MakeRequest;
    "request.approve" ApproveRequest;
    "request.decline" DeclineRequest;
    "request.withdraw" WithdrawRequest;
    "asset.claim" ClaimAsset;
    "claim.approve" ApproveClaim;
    "claim.decline" DeclineClaim;
    "assignment.give" GiveAssignment;
    "assignment.revoke" RevokeAssignment;
    "delegate.map" MapDelegate;
    "delegate.unmap" UnmapDelegate;
    "app.create" CreateApp;
    "app.update" UpdateApp;
    "app.new_secret" NewSecret;
    "app.go_live" GoLive;
    "app.production" ProductionApp;
    "app.remove" RemoveApp;
    "app.revoke_tokens" RevokeAppTokens;
    "app.claim" ClaimApp;
    "app.own" OwnApp;
    "app.unclaim" UnclaimApp;
    "app.install" InstallApp;
    "app.review" ReviewPermission;
    "app.set_tier" SetTier;
    "app.set_checkup" SetCheckup;
    "app.suspend" SuspendApp;
    "app.allow" AllowApp;
    "app_role.give" GiveAppRole;
    "app_role.revoke" RevokeAppRole;
    "test_user.create" CreateTestUser;
    "test_user.remove" RemoveTestUser;
    "app_permission.set_level" SetPermissionLevel;
    "app_permission.remove" RemovePermission;
    "app_permission.request_review" RequestReview;
    "grant.give" GiveGrant;
    "grant.redeem" RedeemConsent;
    "grant.renew" RenewTokens;
    "grant.narrow" NarrowGrant;
    "grant.revoke" RevokeGrant;
    "token.issue" IssueToken;
    "token.rotate" RotateToken;
    "token.refresh" RefreshToken;
    "token.exchange_long_lived" ExchangeToken;
    "token.revoke" RevokeToken;
    "token.revoke_all" RevokeTokens;
    "renewal.set" SetRenewal;
    "renewal.end" EndRenewal;
    "person.password_changed" PasswordChanged;
    "disclosure.record" RecordDisclosure;
    "mandate.set" SetMandate;
    "mandate.stop" StopMandate;
    "mandate.end" EndMandate;
    "proposal.make" MakeProposal;
    "proposal.approve" ApproveProposal;
    "proposal.decline" DeclineProposal;
    "proposal.execute" ExecuteProposal;
    "change.make" MakeChange;
    "operator.appoint" AppointOperator;
    "operator.dismiss" DismissOperator;
    "operator.break_glass" BreakGlass;
    "operator.leave" LeaveBusiness;
}

/// The most changes one entry holds.
pub const MOST_CHANGES: usize = 10_000;

/// Returns what the command would change and answer.
///
/// Pure: the same directory, command and order give the same. Nothing is changed; the changes are
/// for the caller to append and apply.
/// Errors: [`Refusal`]; a refused command leaves no trace.
pub fn handle(
    directory: &Directory,
    command: &Command,
    order: &mut Order<'_>,
) -> Result<Handled, Refusal> {
    carry_out(directory, command.name(), command.use_case(), order)
}

/// Decides a use case under the name of its operation, and does it.
fn carry_out(
    directory: &Directory,
    name: &'static str,
    use_case: &dyn UseCase,
    order: &mut Order<'_>,
) -> Result<Handled, Refusal> {
    let newcomer = use_case.newcomer(directory, &order.by).map(Person::plain);
    let with_newcomer = newcomer.as_ref().map(|person| {
        let mut known = directory.clone();
        known.apply(&Change::Set(person.clone().into()));
        known
    });
    let directory = with_newcomer.as_ref().unwrap_or(directory);
    let about = use_case.about(directory, &order.by)?;
    let mut request = about.request(name, order.by.clone());
    if !use_case.decides_within() {
        request.context.delegate.clone_from(&order.delegate);
    }
    let names = &directory.rulebook().rules(0).names;
    if names.operation(name).is_none() {
        return Err(Refusal::NoSuchCommand { command: name });
    }
    let decision = engine::decide(directory, &request, &order.evidence, order.now);
    if !decision.is_allowed() {
        return Err(Refusal::Denied {
            decision,
            request: Box::new(request),
        });
    }
    let mut desk = Desk::new(directory, order);
    newcomer.into_iter().for_each(|person| desk.set(person));
    use_case.run(&mut desk)?;
    let mut handled = desk.finish();
    let lost = crate::token::end_those_without_role(directory, &handled.changes, order.now);
    handled.changes.extend(lost);
    let void = crate::proposal::void_those_over(directory, &handled.changes, order.now);
    handled.changes.extend(void);
    if handled.changes.len() > MOST_CHANGES {
        return Err(Refusal::TooMany {
            changes: handled.changes.len(),
            most: MOST_CHANGES,
        });
    }
    Ok(handled)
}

/// Returns what handing out the secret of a token that was renewed by itself changes: a person who
/// gets it is noted. Whoever calls takes the secret away and keeps it nowhere else.
///
/// Errors: as [`handle`].
pub fn collect(
    directory: &Directory,
    token: &engine::TokenId,
    order: &mut Order<'_>,
) -> Result<Handled, Refusal> {
    let token = token.clone();
    carry_out(
        directory,
        "token.collect",
        &crate::token::CollectToken { token },
        order,
    )
}

impl Command {
    /// Does it within another command, which has decided that it may be done.
    pub(crate) fn run(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
        self.use_case().run(desk)
    }
}

impl Command {
    /// Returns the request the engine decides before the command is done.
    ///
    /// Errors: [`Refusal::Invalid`] when a field cannot be what it is meant to be.
    pub fn request(
        &self,
        directory: &Directory,
        by: &Credential,
    ) -> Result<engine::Request, Refusal> {
        let about = self.use_case().about(directory, by)?;
        Ok(about.request(self.name(), by.clone()))
    }
}
