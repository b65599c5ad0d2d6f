//! What is to be seen through the door: businesses, their people, what they own, to whom it is shared
//! and who is assigned, as whoever administers each of them reads it.
//!
//! Those who look do so through an app of their own, which every business claimed and nobody touches.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::door::{Answer, Door};
use super::step::{BUSINESSES, PEOPLE, ROBOTS, SCOPES};

pub(super) const EYES: &str = "7009";
const EVERYTHING: &[&str] = &[
    "ads_read",
    "ads_management",
    "business_management",
    "pages_show_list",
    "pages_read_engagement",
    "catalog_management",
];

/// A share as both sides tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) tasks: BTreeSet<String>,
    pub(super) accepted: bool,
}

/// What there is, by the door's own lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whose admin is who: role by business and person.
    pub(super) members: BTreeMap<(String, String), String>,
    /// Business and role of system users.
    pub(super) robots: BTreeMap<String, (String, String)>,
    pub(super) parents: BTreeMap<String, String>,
    /// Every business that lists an asset as its own.
    pub(super) owners: BTreeMap<String, Vec<String>>,
    pub(super) shares: BTreeMap<(String, String), Shared>,
    /// What somebody was given on an asset through a business.
    pub(super) assigned: BTreeMap<(String, String, String), BTreeSet<String>>,
    pub(super) agencies: BTreeSet<(String, String)>,
    pub(super) clients: BTreeSet<(String, String)>,
    /// Who acts on whose behalf.
    pub(super) managed: BTreeSet<(String, String)>,
    pub(super) contained: BTreeSet<String>,
    /// Who has something through the group.
    pub(super) grouped: BTreeSet<String>,
}

/// Those who look.
pub(super) struct Eyes<'a> {
    pub(super) door: &'a Door,
    tokens: RefCell<BTreeMap<String, String>>,
    /// As it was when they last looked.
    pub(super) seen: RefCell<Seen>,
    admins: RefCell<BTreeMap<String, &'static str>>,
    made: Cell<usize>,
}

impl<'a> Eyes<'a> {
    pub(super) fn new(door: &'a Door) -> Self {
        Self {
            door,
            tokens: RefCell::default(),
            seen: RefCell::default(),
            admins: RefCell::default(),
            made: Cell::new(0),
        }
    }

    /// Returns an id that nothing else has.
    pub(super) fn fresh(&self, what: &str) -> String {
        self.made.set(self.made.get() + 1);
        format!("{what}-{}", self.made.get())
    }

    /// Calls Graph as somebody through the app of those who look; a token that is over is replaced.
    pub(super) fn call(&self, who: &str, method: &str, path: &str, params: &Value) -> Answer {
        let known = self.tokens.borrow().get(who).cloned();
        if let Some(token) = known {
            let answer = self.door.graph(method, path, &token, params);
            if !answer.text.replace('\\', "").contains("\"code\":190") {
                return answer;
            }
        }
        let holder = holder(who);
        let by = self.guardian(who);
        let token = self
            .door
            .consent(&holder, &by, EYES, EVERYTHING, &self.fresh("eye"));
        let token = token.unwrap_or_else(|| panic!("no token for {who}"));
        self.tokens
            .borrow_mut()
            .insert(who.to_owned(), token.clone());
        self.door.graph(method, path, &token, params)
    }

    /// Returns who consents for somebody: people for themselves, admins for their system users.
    pub(super) fn guardian(&self, who: &str) -> String {
        let seen = self.seen.borrow();
        let admin = seen
            .robots
            .get(who)
            .and_then(|(business, _)| self.natural(&seen, business));
        holder(admin.as_deref().unwrap_or(who))
    }

    fn get(&self, who: &str, path: &str, fields: &str) -> Option<Value> {
        let answer = self.call(who, "GET", path, &json!({ "fields": fields }));
        (answer.status == 200).then(|| answer.json())
    }

    /// Sees what there is; `known` are the assets that were ever heard of.
    pub(super) fn look(&self, known: &BTreeSet<String>) -> Seen {
        let seen = self.all(known);
        self.seen.replace(seen.clone());
        seen
    }

    fn all(&self, known: &BTreeSet<String>) -> Seen {
        let mut seen = Seen::default();
        let mut left: Vec<String> = BUSINESSES.iter().map(|one| (*one).to_owned()).collect();
        while let Some(business) = left.pop() {
            left.extend(self.business(&mut seen, &business));
        }
        for asset in known {
            self.asset(&mut seen, asset);
        }
        seen
    }

    /// Returns an admin of a business, as the list of its people says; of a child, one of its parent.
    fn admin(&self, seen: &Seen, business: &str) -> String {
        if let Some(parent) = seen.parents.get(business) {
            return self.admin(seen, parent);
        }
        // Once its people are seen, they are not read again.
        if let Some(found) = self.natural(seen, business) {
            return found;
        }
        // Who was one is asked first.
        let known = self.admins.borrow().get(business).copied();
        let fields = "business_users.limit(100){id,role}";
        let found = known.iter().chain(PEOPLE).find(|who| {
            let told = self.get(who, business, fields);
            let own = format!("{business}_{who}");
            let people = told
                .map(|told| list(&told["business_users"]))
                .unwrap_or_default();
            people
                .iter()
                .any(|one| one["id"] == json!(own) && one["role"] == "ADMIN")
        });
        // I3: a business always has an admin.
        let found = *found.unwrap_or_else(|| panic!("I3: {business} has no admin"));
        self.admins.borrow_mut().insert(business.to_owned(), found);
        found.to_owned()
    }

    /// Sees one business; returns its children.
    fn business(&self, seen: &mut Seen, business: &str) -> Vec<String> {
        let admin = self.admin(seen, business);
        let fields = "business_users.limit(100){id,role},system_users.limit(100){id,role},\
            owned_ad_accounts.limit(100){id},owned_pages.limit(100){id},owned_pixels.limit(100){id},\
            owned_product_catalogs.limit(100){id},agencies.limit(100){id},clients.limit(100){id},\
            owned_businesses.limit(100){id},managed_businesses.limit(100){id},business_asset_groups{id,contained_adaccounts{id},\
            contained_pages{id},contained_pixels{id},contained_product_catalogs{id},assigned_users{id}}";
        let told = self.get(&admin, business, fields);
        let told = told.unwrap_or_else(|| panic!("{admin} cannot read {business}"));
        for one in list(&told["business_users"]) {
            let (id, role) = (text(&one, "id"), text(&one, "role"));
            let person = id.rsplit_once('_').unwrap().1.to_owned();
            seen.members.insert((business.to_owned(), person), role);
        }
        for one in list(&told["system_users"]) {
            let role = text(&one, "role");
            seen.robots
                .insert(text(&one, "id"), (business.to_owned(), role));
        }
        for edge in [
            "owned_ad_accounts",
            "owned_pages",
            "owned_pixels",
            "owned_product_catalogs",
        ] {
            for one in list(&told[edge]) {
                let owners = seen.owners.entry(text(&one, "id")).or_default();
                owners.push(business.to_owned());
            }
        }
        for one in list(&told["agencies"]) {
            seen.agencies
                .insert((business.to_owned(), text(&one, "id")));
        }
        for one in list(&told["clients"]) {
            seen.clients.insert((text(&one, "id"), business.to_owned()));
        }
        for one in list(&told["managed_businesses"]) {
            seen.managed.insert((business.to_owned(), text(&one, "id")));
        }
        for group in list(&told["business_asset_groups"]) {
            let users = list(&group["assigned_users"]);
            seen.grouped
                .extend(users.iter().map(|one| who_is(&text(one, "id"))));
            for edge in [
                "contained_adaccounts",
                "contained_pages",
                "contained_pixels",
                "contained_product_catalogs",
            ] {
                seen.contained
                    .extend(list(&group[edge]).iter().map(|one| text(one, "id")));
            }
        }
        let children: Vec<String> = list(&told["owned_businesses"])
            .iter()
            .map(|one| text(one, "id"))
            .collect();
        for child in &children {
            seen.parents.insert(child.clone(), business.to_owned());
        }
        children
    }

    fn asset(&self, seen: &mut Seen, asset: &str) {
        let Some(owner) = seen
            .owners
            .get(asset)
            .and_then(|owners| owners.first())
            .cloned()
        else {
            return;
        };
        let admin = self.admin(seen, &owner);
        let fields = format!(
            "agencies.limit(100){{id,permitted_tasks,access_status}},\
             assigned_users.business({owner}).limit(100){{id,tasks}}"
        );
        let told = self.get(&admin, asset, &fields);
        let told = told.unwrap_or_else(|| panic!("{admin} cannot read {asset} of {owner}"));
        self.assigned(seen, asset, &owner, &told);
        if let Some(parent) = seen.parents.get(&owner).cloned() {
            self.assigned_through(seen, &admin, asset, &parent);
        }
        for one in list(&told["agencies"]) {
            let partner = text(&one, "id");
            let accepted = one["access_status"] == "CONFIRMED";
            let shared = Shared {
                tasks: texts(&one["permitted_tasks"]),
                accepted,
            };
            seen.shares
                .insert((asset.to_owned(), partner.clone()), shared);
            let eye = self.admin(seen, &partner);
            self.assigned_through(seen, &eye, asset, &partner);
        }
    }

    /// Sees whom a business assigned to an asset that is not its own, as its admin lists them.
    fn assigned_through(&self, seen: &mut Seen, eye: &str, asset: &str, business: &str) {
        let params = json!({ "business": business, "fields": "id,tasks", "limit": 100 });
        let path = format!("{asset}/assigned_users");
        let answer = self.call(eye, "GET", &path, &params);
        if answer.status == 200 {
            let told = json!({ "assigned_users": answer.json() });
            self.assigned(seen, asset, business, &told);
        }
    }

    fn assigned(&self, seen: &mut Seen, asset: &str, business: &str, told: &Value) {
        for one in list(&told["assigned_users"]) {
            let who = who_is(&text(&one, "id"));
            let key = (asset.to_owned(), who, business.to_owned());
            seen.assigned.insert(key, texts(&one["tasks"]));
        }
    }

    /// Returns whom somebody natural would be for something of a business: an admin of it.
    pub(super) fn natural(&self, seen: &Seen, business: &str) -> Option<String> {
        let business = seen.parents.get(business).map_or(business, String::as_str);
        let admins = seen.members.iter();
        let mut admins = admins.filter(|((of, _), role)| of == business && *role == "ADMIN");
        admins.next().map(|((_, person), _)| person.clone())
    }
}

/// Returns a person or system user as the native API writes it.
pub(super) fn holder(who: &str) -> String {
    match ROBOTS.contains(&who) {
        true => format!("system_user:{who}"),
        false => format!("person:{who}"),
    }
}

/// Returns who a business user or system user is.
fn who_is(id: &str) -> String {
    id.rsplit_once('_')
        .map_or(id, |(_, person)| person)
        .to_owned()
}

/// Returns the scopes a first token has.
pub(super) fn all_scopes() -> Vec<String> {
    SCOPES.iter().map(|one| (*one).to_owned()).collect()
}

fn list(edge: &Value) -> Vec<Value> {
    let data = edge["data"].as_array().cloned().unwrap_or_default();
    assert!(
        edge["paging"]["next"].is_null(),
        "a page of a hundred is not enough: {edge}"
    );
    data
}

fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_default().to_owned()
}

fn texts(list: &Value) -> BTreeSet<String> {
    let items = list.as_array().cloned().unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
