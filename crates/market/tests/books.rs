//! The books of an asset always say what recounting says, and nothing is written on what has changed.

use engine::{AssetId, Figure, Figures};
use jiff::Timestamp;
use ledger::store::WriteRowsError;
use ledger::{LogId, MemoryStore, Realm, Store};
use market::{Books, Kind, Object, Plan, Shelf, Status};
use proptest::prelude::*;

fn store() -> MemoryStore {
    MemoryStore::new(LogId::from_random([7; 16]))
}

fn realm() -> Realm {
    Realm::parse("shop").unwrap()
}

fn asset(name: &str) -> AssetId {
    name.parse().unwrap()
}

fn thing(id: &str, kind: Kind, of: &str) -> Object {
    Object::new(id.to_owned(), kind, asset(of), Timestamp::UNIX_EPOCH)
}

fn write(store: &MemoryStore, plan: Plan<'_>) -> Result<(), WriteRowsError> {
    store.write_rows(&plan.into_writes().unwrap())
}

/// A step of somebody who works with two accounts.
#[derive(Debug, Clone)]
enum Step {
    Make(Kind, bool, u64),
    Change(usize, bool, u64),
    Remove(usize),
    Hold,
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![Just(Kind::Campaign), Just(Kind::AdSet), Just(Kind::Ad)];
    prop_oneof![
        (kind, any::<bool>(), 0..1_000_u64)
            .prop_map(|(kind, runs, budget)| Step::Make(kind, runs, budget)),
        (any::<usize>(), any::<bool>(), 0..1_000_u64)
            .prop_map(|(which, runs, budget)| Step::Change(which, runs, budget)),
        any::<usize>().prop_map(Step::Remove),
        Just(Step::Hold),
    ]
}

fn status(runs: bool) -> Option<Status> {
    Some(if runs { Status::Active } else { Status::Paused })
}

/// What the books should say, counted from the things themselves.
fn recounted(shelf: Shelf<'_>, of: &str) -> Books {
    let all = [Kind::Campaign, Kind::AdSet, Kind::Ad];
    let all = all.map(|kind| shelf.list(&asset(of), kind, 10_000).unwrap());
    let runs = |one: &Object| one.status == Some(Status::Active);
    let running: Vec<Object> = all.into_iter().flatten().filter(runs).collect();
    Books {
        active_ads: running.iter().filter(|one| one.kind == Kind::Ad).count() as u64,
        daily_budget_total: running.iter().filter_map(|one| one.daily_budget).sum(),
        elsewhere: 0,
    }
}

proptest! {
    #[test]
    fn the_books_say_what_recounting_says(steps in prop::collection::vec(step(), 1..40)) {
        let (store, realm) = (store(), realm());
        let shelf = Shelf::new(&store, &realm);
        let mut ids: Vec<String> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            let mut plan = Plan::new(shelf);
            let picked = |which: usize| {
                let id = ids.get(which % ids.len().max(1));
                id.and_then(|id| shelf.find(id).unwrap())
            };
            match step {
                Step::Make(kind, runs, budget) => {
                    let of = if number % 2 == 0 { "act_1" } else { "act_2" };
                    let mut one = thing(&number.to_string(), kind, of);
                    one.status = status(runs);
                    one.daily_budget = Some(budget);
                    plan.make(&one).unwrap();
                    ids.push(one.id);
                }
                Step::Change(which, runs, budget) => {
                    if let Some(kept) = picked(which) {
                        let mut one = kept.value.clone();
                        one.status = status(runs);
                        one.daily_budget = Some(budget);
                        plan.change(&kept, &one).unwrap();
                    }
                }
                Step::Remove(which) => {
                    if let Some(kept) = picked(which) {
                        plan.remove(&kept).unwrap();
                    }
                }
                Step::Hold => {
                    plan.hold(&asset("act_1")).unwrap();
                }
            }
            write(&store, plan).unwrap();
            for of in ["act_1", "act_2"] {
                let told = shelf.books(&asset(of)).unwrap().value;
                prop_assert_eq!(told, recounted(shelf, of));
            }
        }
    }
}

#[test]
fn what_was_planned_on_something_that_changed_is_not_written() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    let mut plan = Plan::new(shelf);
    let mut one = thing("1", Kind::Campaign, "act_1");
    one.status = Some(Status::Paused);
    one.daily_budget = Some(70);
    plan.make(&one).unwrap();
    write(&store, plan).unwrap();

    // Two start it at once: the second planned on books that no longer hold.
    let kept = shelf.find("1").unwrap().unwrap();
    let mut started = kept.value.clone();
    started.status = Some(Status::Active);
    let mut plans = [Plan::new(shelf), Plan::new(shelf)];
    for plan in &mut plans {
        assert_eq!(plan.hold(&asset("act_1")).unwrap().daily_budget_total, 0);
        plan.change(&kept, &started).unwrap();
    }
    let [first, second] = plans;
    write(&store, first).unwrap();
    let late = write(&store, second);
    assert!(matches!(late, Err(WriteRowsError::Row(_))));
    let told = shelf.books(&asset("act_1")).unwrap().value;
    assert_eq!(told.daily_budget_total, 70);
}

#[test]
fn who_rests_on_nothing_running_is_refused_once_something_does() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    let mut end = Plan::new(shelf);
    assert_eq!(end.hold(&asset("act_1")).unwrap(), Books::default());
    let mut plan = Plan::new(shelf);
    let mut ad = thing("1", Kind::Ad, "act_1");
    ad.status = Some(Status::Active);
    plan.make(&ad).unwrap();
    write(&store, plan).unwrap();
    assert!(matches!(write(&store, end), Err(WriteRowsError::Row(_))));
}

#[test]
fn who_changes_or_removes_what_another_changed_meanwhile_is_refused() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    let mut plan = Plan::new(shelf);
    plan.make(&thing("1", Kind::Product, "catalog")).unwrap();
    write(&store, plan).unwrap();
    let kept = shelf.find("1").unwrap().unwrap();
    let named = |name: &str| {
        let mut one = kept.value.clone();
        one.fields.insert("name".into(), name.into());
        one
    };
    // No books are in the way: it is the thing itself that is not what it was.
    let mut first = Plan::new(shelf);
    first.change(&kept, &named("First")).unwrap();
    let mut second = Plan::new(shelf);
    second.change(&kept, &named("Second")).unwrap();
    let mut third = Plan::new(shelf);
    third.remove(&kept).unwrap();
    write(&store, first).unwrap();
    assert!(matches!(write(&store, second), Err(WriteRowsError::Row(_))));
    assert!(matches!(write(&store, third), Err(WriteRowsError::Row(_))));
    assert_eq!(shelf.find("1").unwrap().unwrap().value, named("First"));
}

#[test]
fn an_ad_runs_if_all_above_it_does() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    for (campaign, set, ad, runs) in [
        (Status::Active, Status::Active, Status::Active, 1),
        (Status::Paused, Status::Active, Status::Active, 0),
        (Status::Archived, Status::Active, Status::Active, 0),
        (Status::Active, Status::Paused, Status::Active, 0),
        (Status::Active, Status::Active, Status::Paused, 0),
    ] {
        let mut plan = Plan::new(shelf);
        let states = [
            (Kind::Campaign, campaign),
            (Kind::AdSet, set),
            (Kind::Ad, ad),
        ];
        for (level, (kind, status)) in states.into_iter().enumerate() {
            let mut one = thing(&level.to_string(), kind, "act_1");
            one.parent = level.checked_sub(1).map(|up| up.to_string());
            one.status = Some(status);
            plan.make(&one).unwrap();
        }
        write(&store, plan).unwrap();
        let told = shelf.running_ads(&asset("act_1"), 10).unwrap();
        assert_eq!(told, runs, "{campaign:?} {set:?} {ad:?}");
        assert!(shelf.running_ads(&asset("act_1"), 0).is_err());
        let mut plan = Plan::new(shelf);
        for level in 0..3 {
            plan.remove(&shelf.find(&level.to_string()).unwrap().unwrap())
                .unwrap();
        }
        write(&store, plan).unwrap();
    }
}

#[test]
fn who_rests_on_a_paused_campaign_is_refused_once_it_goes_on() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    let mut plan = Plan::new(shelf);
    let mut one = thing("1", Kind::Campaign, "act_1");
    one.status = Some(Status::Paused);
    plan.make(&one).unwrap();
    write(&store, plan).unwrap();
    let mut end = Plan::new(shelf);
    end.hold(&asset("act_1")).unwrap();
    // It has no budget of its own, and is no ad: nothing but its status changes.
    let kept = shelf.find("1").unwrap().unwrap();
    one.status = Some(Status::Active);
    let mut plan = Plan::new(shelf);
    plan.change(&kept, &one).unwrap();
    write(&store, plan).unwrap();
    assert!(matches!(write(&store, end), Err(WriteRowsError::Row(_))));
}

#[test]
fn what_is_noted_of_things_elsewhere_counts_with_what_is_kept() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    let of = asset("act_1");
    // Before there are books, nothing is kept of it, and it is refused once there are.
    let mut early = Plan::new(shelf);
    early.note(&of, 10, 40).unwrap();
    let mut plan = Plan::new(shelf);
    plan.begin_with(&of, 500).unwrap();
    let mut one = thing("1", Kind::Campaign, "act_1");
    one.status = Some(Status::Active);
    one.daily_budget = Some(70);
    plan.make(&one).unwrap();
    write(&store, plan).unwrap();
    assert!(matches!(write(&store, early), Err(WriteRowsError::Row(_))));
    let total = || {
        let told = shelf
            .books(&of)
            .unwrap()
            .over(Figures::default(), Timestamp::UNIX_EPOCH);
        told.daily_budget_total.unwrap().value
    };
    assert_eq!(total(), 570);
    for (from, to, after) in [(10, 40, 600), (40, 0, 560), (1_000, 0, 70)] {
        let mut plan = Plan::new(shelf);
        plan.note(&of, from, to).unwrap();
        write(&store, plan).unwrap();
        assert_eq!(total(), after);
    }
    // Books that are there are not begun again.
    let mut plan = Plan::new(shelf);
    plan.begin_with(&of, 9_000).unwrap();
    plan.note(&of, 0, 1).unwrap();
    write(&store, plan).unwrap();
    assert_eq!(total(), 71);
}

#[test]
fn ads_that_were_fed_run_beside_those_that_are_kept() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    let mut plan = Plan::new(shelf);
    let mut ad = thing("1", Kind::Ad, "act_1");
    ad.status = Some(Status::Active);
    plan.make(&ad).unwrap();
    write(&store, plan).unwrap();
    let books = shelf.books(&asset("act_1")).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let told = |fed: Figures| books.over(fed, now).active_ads.unwrap().value;
    let two = Some(Figure { value: 2, at: now });
    let fed = Figures {
        active_ads: two,
        ..Figures::default()
    };
    assert_eq!((told(Figures::default()), told(fed)), (1, 3));
}

#[test]
fn realms_and_ids_are_kept_apart() {
    let store = store();
    let (here, there) = (realm(), Realm::parse("shop2").unwrap());
    let mut plan = Plan::new(Shelf::new(&store, &here));
    plan.make(&thing("1", Kind::Post, "page")).unwrap();
    write(&store, plan).unwrap();
    let shelf = Shelf::new(&store, &here);
    assert!(Shelf::new(&store, &there).find("1").unwrap().is_none());
    assert!(shelf.find("1 books page").unwrap().is_none());
    // An id is taken once, whatever it is of.
    let mut plan = Plan::new(shelf);
    plan.make(&thing("1", Kind::Product, "catalog")).unwrap();
    assert!(matches!(write(&store, plan), Err(WriteRowsError::Row(_))));
    let posts = |most: usize| shelf.list(&asset("page"), Kind::Post, most);
    assert_eq!(posts(1).unwrap().len(), 1);
    assert!(posts(0).is_err());
}

#[test]
fn what_was_looked_at_is_what_is_held() {
    let (store, realm) = (store(), realm());
    let shelf = Shelf::new(&store, &realm);
    let mut raise = Plan::new(shelf);
    assert_eq!(raise.look(&asset("act_1")).unwrap().value, Books::default());
    let mut plan = Plan::new(shelf);
    let mut one = thing("1", Kind::Campaign, "act_1");
    one.status = Some(Status::Active);
    one.daily_budget = Some(70);
    plan.make(&one).unwrap();
    write(&store, plan).unwrap();
    // Somebody was faster between the look, on which it was decided, and the demand.
    assert_eq!(raise.hold(&asset("act_1")).unwrap(), Books::default());
    assert!(matches!(write(&store, raise), Err(WriteRowsError::Row(_))));
    // To look alone demands nothing.
    let mut rename = Plan::new(shelf);
    rename.look(&asset("act_1")).unwrap();
    assert!(rename.into_writes().unwrap().is_empty());
}
