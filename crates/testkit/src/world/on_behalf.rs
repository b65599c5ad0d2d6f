//! Businesses that act on behalf of others. No decision looks at them: they come last, out of dice of
//! their own, like requests.

use engine::fact::{Fact, OnBehalf};
use engine::{BusinessId, SystemUserId};

use super::World;
use super::dice::Dice;

/// Lets a few businesses act for others, some of them through a system user that is there.
pub(crate) fn add(world: &mut World) {
    let mut dice = Dice::new(world.seed ^ 0xB0B);
    let mut businesses: Vec<BusinessId> = Vec::new();
    let mut machines: Vec<(SystemUserId, BusinessId)> = Vec::new();
    for fact in &world.facts {
        match fact {
            Fact::Business(one) => businesses.push(one.id.clone()),
            Fact::SystemUser(one) => machines.push((one.id.clone(), one.business.clone())),
            _ => {}
        }
    }
    for _ in 0..dice.count(0, 3) {
        let (Some(partner), Some(client)) = (
            dice.pick(&businesses).cloned(),
            dice.pick(&businesses).cloned(),
        ) else {
            return;
        };
        if partner == client {
            continue;
        }
        let known = world.facts.iter().any(|fact| {
            matches!(fact, Fact::OnBehalf(one) if one.partner == partner && one.client == client)
        });
        if known {
            continue;
        }
        let taken = |id: &SystemUserId| {
            world.facts.iter().any(
                |fact| matches!(fact, Fact::OnBehalf(one) if one.system_user.as_ref() == Some(id)),
            )
        };
        let own = machines.iter().filter(|(_, business)| *business == client);
        let own: Vec<SystemUserId> = own
            .map(|(id, _)| id.clone())
            .filter(|id| !taken(id))
            .collect();
        let system_user = dice.pick(&own).cloned();
        world.facts.push(Fact::OnBehalf(OnBehalf {
            partner,
            client,
            system_user,
        }));
    }
}
