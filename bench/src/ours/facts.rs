//! The world as facts, told one by one as a fold over the ledger would.

use std::collections::BTreeMap;

use anyhow::anyhow;
use countersign::fact::{
    App, AppMode, AppPermission, Asset, Assignment, Business, Change, Checkup, Digest, Environment,
    Fact, Grant, Level, Membership, Person, Share, ShareState, Terms, Token, TwoFactor,
};
use countersign::{AssetOrGroup, Assumed, BusinessId as Id, Directory, Holder, Owner};
use jiff::Timestamp;

use crate::terms::{Scope, Task, Tasks};
use crate::world::{AccountId, BusinessId, UserId, World};

const APP: &str = "app_1";
const MAKER: &str = "maker";
/// All tokens are alive then.
pub(super) const NOW_S: i64 = 1_790_000_000;

/// The secret of a person's one token.
pub(super) fn secret(user: UserId) -> String {
    format!("secret-of-{}", user.0)
}

/// A person's one token as a platform that keeps tokens itself would describe it.
pub(super) fn assumed(world: &World, user: UserId) -> anyhow::Result<Assumed> {
    Ok(Assumed {
        holder: Holder::Person(user.name().parse()?),
        app: APP.parse()?,
        scopes: world.user(user).scopes.names().map(str::to_owned).collect(),
        kind: "user".into(),
    })
}

/// Tells of people who join the owner of an account and are assigned to it.
pub(super) fn assign(
    world: &World,
    account: AccountId,
    people: impl Iterator<Item = UserId>,
    mut set: impl FnMut(Fact),
) -> anyhow::Result<()> {
    let owner = id(world.owner(account))?;
    for person in people {
        set(Membership {
            business: owner.clone(),
            person: person.name().parse()?,
            role: "employee".into(),
            until: None,
        }
        .into());
        set(Assignment {
            holder: Holder::Person(person.name().parse()?),
            on: AssetOrGroup::Asset(account.name().parse()?),
            via: Some(owner.clone()),
            terms: Terms::of("ad_account", "advertiser"),
            until: None,
        }
        .into());
    }
    Ok(())
}

/// Tells the directory the whole world.
pub(super) fn fill(directory: &mut Directory, world: &World) -> anyhow::Result<()> {
    let mut set = |fact: Fact| directory.apply(&Change::Set(fact));
    tell_app(&mut set)?;
    for business in world.businesses() {
        set(new_business(&business.name(), false)?.into());
    }
    for user in world.users() {
        tell_user(world, user, &mut set)?;
    }
    for account in world.accounts() {
        tell_account(world, account, &mut set)?;
    }
    Ok(())
}

fn new_business(id: &str, verified: bool) -> anyhow::Result<Business> {
    Ok(Business {
        id: id.parse()?,
        name: None,
        parent: None,
        verified,
        two_factor: TwoFactor::None,
        suspended: false,
        automated: false,
        profile: None,
    })
}

fn tell_app(set: &mut impl FnMut(Fact)) -> anyhow::Result<()> {
    set(new_business(MAKER, true)?.into());
    set(App {
        id: APP.parse()?,
        owner: Owner::Business(MAKER.parse()?),
        name: None,
        app_type: Some("business".into()),
        mode: AppMode::Live,
        environment: Environment::Production,
        tier: Some("full".into()),
        created: Timestamp::from_second(NOW_S - 100_000_000)?,
        automated: false,
        confirmed_partner: false,
        proof_required: false,
        allow_lists: Vec::new(),
        credentials_held_by: Vec::new(),
        checkup: Checkup::Done,
        checkup_since: None,
        redirect_uris: Vec::new(),
        suspended: false,
    }
    .into());
    for scope in Scope::ALL {
        set(AppPermission {
            app: APP.parse()?,
            permission: scope.name().into(),
            level: Level::Advanced,
            approved: true,
            removed: false,
            review: None,
        }
        .into());
    }
    Ok(())
}

fn tell_user(world: &World, user: UserId, set: &mut impl FnMut(Fact)) -> anyhow::Result<()> {
    let name = user.name();
    set(Person {
        id: name.parse()?,
        name: None,
        email: None,
        identity: None,
        shared_login: false,
        properties: BTreeMap::new(),
    }
    .into());
    for business in world.user(user).businesses() {
        let role = if world.is_admin(user, business) {
            "admin"
        } else {
            "employee"
        };
        set(Membership {
            business: id(business)?,
            person: name.parse()?,
            role: role.into(),
            until: None,
        }
        .into());
    }
    set(Grant {
        id: format!("g{}", user.0).parse()?,
        holder: Holder::Person(name.parse()?),
        app: APP.parse()?,
        scopes: world.user(user).scopes.names().map(str::to_owned).collect(),
        declined: Vec::new(),
        targets: BTreeMap::new(),
        from: None,
    }
    .into());
    set(Token {
        id: format!("t{}", user.0).parse()?,
        digest: Digest::of(&secret(user)),
        grant: format!("g{}", user.0).parse()?,
        kind: "user".into(),
        issued: Timestamp::from_second(NOW_S - 86_400)?,
        expires: Some(Timestamp::from_second(NOW_S + 86_400)?),
        ended: None,
        associated_user: None,
    }
    .into());
    Ok(())
}

fn tell_account(
    world: &World,
    account: AccountId,
    set: &mut impl FnMut(Fact),
) -> anyhow::Result<()> {
    let name = account.name();
    set(Asset {
        id: name.parse()?,
        kind: "ad_account".into(),
        owner: Owner::Business(id(world.owner(account))?),
        name: None,
        sandbox: false,
        properties: BTreeMap::new(),
    }
    .into());
    for share in world.shares(account) {
        set(Share {
            of: AssetOrGroup::Asset(name.parse()?),
            to: id(share.partner)?,
            terms: Terms::of("ad_account", words(share.tasks)?.level),
            state: ShareState::Accepted,
            until: None,
        }
        .into());
    }
    for assignment in world.assignments(account) {
        set(Assignment {
            holder: Holder::Person(assignment.user.name().parse()?),
            on: AssetOrGroup::Asset(name.parse()?),
            via: Some(id(assignment.via)?),
            terms: Terms::of("ad_account", words(assignment.tasks)?.role),
            until: None,
        }
        .into());
    }
    Ok(())
}

fn id(business: BusinessId) -> anyhow::Result<Id> {
    Ok(business.name().parse()?)
}

/// What the rulebook calls a set of tasks: as a role, and as a level of a share.
struct Words {
    role: &'static str,
    level: &'static str,
}

fn words(tasks: Tasks) -> anyhow::Result<Words> {
    let (role, level) = if tasks.contains(Task::Manage) {
        ("admin", "Admin")
    } else if tasks.contains(Task::Advertise) {
        ("advertiser", "Standard")
    } else if tasks.contains(Task::Analyze) {
        ("analyst", "View Only")
    } else {
        return Err(anyhow!("an empty set of tasks has no name"));
    };
    Ok(Words { role, level })
}
