//! The command that takes back what another added.

use commands::{
    AddGroupAsset, AddMember, AppointOperator, CancelInvitation, ClaimApp, Command, CreateApp,
    CreateAsset, CreateChild, CreateGroup, CreateSystemUser, DeleteChild, DismissOperator,
    EndMandate, EndOnBehalf, GiveAppRole, GiveAssignment, GiveGrant, MakeLink, MapDelegate,
    OfferShare, RemoveApp, RemoveAsset, RemoveGroup, RemoveGroupAsset, RemoveLink, RemoveMember,
    RemoveSystemUser, RevokeAppRole, RevokeAssignment, RevokeGrant, RevokeShare, SendInvitation,
    SetMandate, StartOnBehalf, UnclaimApp, UnmapDelegate, WithdrawRequest,
};

/// Returns the command that takes back what this one added; `id` is what it answered.
pub(crate) fn undoing(command: &Command, id: Option<&str>) -> Option<Command> {
    Some(match command.clone() {
        Command::CreateChild(CreateChild { .. }) => DeleteChild {
            business: id?.parse().ok()?,
        }
        .into(),
        Command::AddMember(AddMember {
            business, person, ..
        }) => RemoveMember { business, person }.into(),
        Command::SendInvitation(SendInvitation { .. }) => CancelInvitation {
            invitation: id?.parse().ok()?,
        }
        .into(),
        Command::CreateSystemUser(CreateSystemUser { .. }) => RemoveSystemUser {
            system_user: id?.parse().ok()?,
        }
        .into(),
        Command::CreateAsset(CreateAsset { .. }) => RemoveAsset {
            asset: id?.parse().ok()?,
        }
        .into(),
        Command::CreateGroup(CreateGroup { .. }) => RemoveGroup {
            group: id?.parse().ok()?,
        }
        .into(),
        Command::AddGroupAsset(AddGroupAsset { group, asset }) => {
            RemoveGroupAsset { group, asset }.into()
        }
        Command::MakeLink(MakeLink { asset, to }) => RemoveLink { asset, to }.into(),
        Command::OfferShare(OfferShare { of, to, .. }) => RevokeShare { of, to }.into(),
        Command::StartOnBehalf(one) => ended(one).into(),
        Command::MakeRequest(_) | Command::ClaimAsset(_) => WithdrawRequest {
            request: id?.parse().ok()?,
        }
        .into(),
        Command::GiveAssignment(GiveAssignment {
            holder, on, via, ..
        }) => RevokeAssignment { holder, on, via }.into(),
        Command::MapDelegate(MapDelegate {
            delegate,
            system_user,
            ..
        }) => UnmapDelegate {
            delegate,
            system_user,
        }
        .into(),
        Command::CreateApp(CreateApp { .. }) => RemoveApp {
            app: id?.parse().ok()?,
        }
        .into(),
        Command::ClaimApp(ClaimApp { app, business }) => UnclaimApp { app, business }.into(),
        Command::GiveAppRole(GiveAppRole { app, person, .. }) => {
            RevokeAppRole { app, person }.into()
        }
        Command::GiveGrant(GiveGrant { .. }) => RevokeGrant {
            reason: None,
            grant: id?.parse().ok()?,
            scopes: Vec::new(),
        }
        .into(),
        Command::SetMandate(SetMandate { .. }) => EndMandate {
            mandate: id?.parse().ok()?,
        }
        .into(),
        Command::AppointOperator(AppointOperator { person, .. }) => {
            DismissOperator { person }.into()
        }
        _ => return None,
    })
}

fn ended(StartOnBehalf { partner, client }: StartOnBehalf) -> EndOnBehalf {
    EndOnBehalf { partner, client }
}
