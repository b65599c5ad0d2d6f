//! What can happen: calls that the platform has, and commands where it has none.

use proptest::prelude::*;
use proptest::sample::select;

pub(super) const PEOPLE: &[&str] = &["501", "502", "503", "504", "505", "506", "507"];
pub(super) const ROBOTS: &[&str] = &["6001", "6002", "6021"];
pub(super) const BUSINESSES: &[&str] = &["1001", "2001", "3001", "4001"];
const ACCOUNTS: &[&str] = &["act_11", "act_12", "act_21", "act_31", "act_41"];
const OTHERS: &[&str] = &["2101", "3101", "4101"];
/// Who comes and goes. Sam stays where he is: he is the stranger.
const MOVERS: &[&str] = &["502", "503", "504", "505"];
pub(super) const SCOPES: &[&str] = &["ads_read", "ads_management", "business_management"];

type Word = &'static str;
type Words = Vec<Word>;

/// Who does it: somebody in particular, or whoever may be expected to.
pub(super) type By = Option<Word>;

/// One step. A number picks one of what there is by then.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// An asset to a business, with tasks.
    Share(By, Word, Word, Words),
    Accept(usize),
    /// The agreement of two businesses, answered by somebody with yes or no.
    Answer(By, usize, bool),
    EndShare(By, usize),
    /// A partnership as a whole, from the client's side or from the agency's.
    EndPartner(By, usize, bool),
    GiveBack(By, usize),
    /// A client lets a business act on its behalf.
    Manage(By, Word, Word),
    /// The business gets a token to act for one of its clients.
    Behalf(By, usize, Words),
    /// It ends, from the client's side or from the other.
    EndManaged(By, usize, bool),
    /// Somebody to an asset through a business, with tasks.
    Assign(By, Word, Word, Word, Words),
    Unassign(By, usize),
    Contain(By, Word, bool),
    /// At the native API: what somebody has through the group.
    OfGroup(Word, Option<Word>),
    Invite(By, Word, Word),
    /// One that waits leads into another role.
    Reinvite(By, Word, Word),
    /// At the native API, for no call accepts an invitation.
    Join(Word, Word, Word),
    Role(By, usize, Word),
    Remove(By, usize),
    Leave(usize),
    Robot(By, Word, Word),
    RobotToken(By, Word, Words),
    EndTokens(By, Word),
    Consent(Word, Words),
    Exchange(Word),
    Forget(Word, Option<Word>),
    /// At the native API: signed out everywhere, or the password changed.
    SignOut(Word, bool),
    /// At the native API: the app's own settings.
    Level(Word, bool),
    Later(i64),
    Child(By, Word),
    EndChild(By, Word),
    Claim(By, Word, Word),
    Make(By, Word),
    Rename(By, Word),
}

impl Step {
    /// Returns its name, to count by.
    pub(super) fn name(&self) -> String {
        let text = format!("{self:?}");
        let end = text.find('(').unwrap_or(text.len());
        text[..end].to_owned()
    }
}

fn by() -> impl Strategy<Value = By> {
    let anybody = [PEOPLE, ROBOTS].concat();
    prop_oneof![3 => Just(None), 1 => select(anybody).prop_map(Some)]
}

fn index() -> impl Strategy<Value = usize> {
    0_usize..64
}

fn asset() -> impl Strategy<Value = Word> {
    prop_oneof![3 => select(ACCOUNTS), 1 => select(OTHERS)]
}

fn tasks() -> impl Strategy<Value = Words> {
    select(vec![
        vec!["ANALYZE"],
        vec!["ADVERTISE", "ANALYZE"],
        vec!["ADVERTISE", "ANALYZE", "MANAGE"],
        vec!["ANALYZE", "DRAFT"],
        vec!["MANAGE"],
    ])
}

fn scopes() -> impl Strategy<Value = Words> {
    proptest::sample::subsequence(SCOPES, 1..=SCOPES.len())
}

fn business() -> impl Strategy<Value = Word> {
    select(BUSINESSES)
}

fn role() -> impl Strategy<Value = Word> {
    select(vec!["ADMIN", "EMPLOYEE", "EMPLOYEE"])
}

fn anybody() -> impl Strategy<Value = Word> {
    select([PEOPLE, ROBOTS].concat())
}

fn partners() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (by(), asset(), business(), tasks()).prop_map(|(a, b, c, d)| Step::Share(a, b, c, d)),
        1 => index().prop_map(Step::Accept),
        2 => (by(), index(), proptest::bool::weighted(0.7)).prop_map(|(a, b, c)| Step::Answer(a, b, c)),
        1 => (by(), index()).prop_map(|(a, b)| Step::EndShare(a, b)),
        1 => (by(), index(), any::<bool>()).prop_map(|(a, b, c)| Step::EndPartner(a, b, c)),
        1 => (by(), index()).prop_map(|(a, b)| Step::GiveBack(a, b)),
    ]
}

fn clients() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (by(), business(), business()).prop_map(|(a, b, c)| Step::Manage(a, b, c)),
        3 => (by(), index(), scopes()).prop_map(|(a, b, c)| Step::Behalf(a, b, c)),
        1 => (by(), index(), any::<bool>()).prop_map(|(a, b, c)| Step::EndManaged(a, b, c)),
    ]
}

fn assignments() -> impl Strategy<Value = Step> {
    let user = || select([MOVERS, ROBOTS].concat());
    let role = || select(vec![None, Some("analyst"), Some("advertiser")]);
    // Of all places only these are not in vain.
    let pair = || {
        select(vec![
            ("1001", "502"),
            ("1001", "6001"),
            ("2001", "504"),
            ("2001", "6021"),
        ])
    };
    prop_oneof![
        4 => (by(), asset(), pair(), tasks()).prop_map(|(a, b, (c, d), e)| Step::Assign(a, b, c, d, e)),
        2 => (by(), asset(), business(), user(), tasks())
            .prop_map(|(a, b, c, d, e)| Step::Assign(a, b, c, d, e)),
        2 => (by(), index()).prop_map(|(a, b)| Step::Unassign(a, b)),
        2 => (by(), select(vec!["act_11", "act_12", "2101"]), any::<bool>()).prop_map(|(a, b, c)| Step::Contain(a, b, c)),
        2 => (select(vec!["502", "6001"]), role()).prop_map(|(a, b)| Step::OfGroup(a, b)),
    ]
}

fn people() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (by(), business(), role()).prop_map(|(a, b, c)| Step::Invite(a, b, c)),
        1 => (by(), business(), role()).prop_map(|(a, b, c)| Step::Reinvite(a, b, c)),
        3 => (select(&BUSINESSES[..3]), select(MOVERS), role()).prop_map(|(a, b, c)| Step::Join(a, b, c)),
        2 => (by(), index(), role()).prop_map(|(a, b, c)| Step::Role(a, b, c)),
        1 => (by(), index()).prop_map(|(a, b)| Step::Remove(a, b)),
        2 => index().prop_map(Step::Leave),
        3 => (by(), business(), role()).prop_map(|(a, b, c)| Step::Robot(a, b, c)),
    ]
}

fn tokens() -> impl Strategy<Value = Step> {
    let permission = || select(vec![None, Some("ads_read"), Some("business_management")]);
    prop_oneof![
        2 => (by(), select(ROBOTS), scopes()).prop_map(|(a, b, c)| Step::RobotToken(a, b, c)),
        1 => (by(), select(ROBOTS)).prop_map(|(a, b)| Step::EndTokens(a, b)),
        2 => (select(PEOPLE), scopes()).prop_map(|(a, b)| Step::Consent(a, b)),
        1 => scopes().prop_map(|a| Step::Consent("507", a)),
        2 => anybody().prop_map(Step::Exchange),
        2 => (anybody(), permission()).prop_map(|(a, b)| Step::Forget(a, b)),
        1 => (select(PEOPLE), any::<bool>()).prop_map(|(a, b)| Step::SignOut(a, b)),
        2 => (select(SCOPES), any::<bool>()).prop_map(|(a, b)| Step::Level(a, b)),
        1 => select(vec![1, 20, 61]).prop_map(Step::Later),
    ]
}

fn things() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (by(), business()).prop_map(|(a, b)| Step::Child(a, b)),
        2 => (by(), select(vec!["3001", "3001", "1001"])).prop_map(|(a, b)| Step::EndChild(a, b)),
        2 => (by(), business(), asset()).prop_map(|(a, b, c)| Step::Claim(a, b, c)),
        1 => (by(), business()).prop_map(|(a, b)| Step::Make(a, b)),
        1 => (by(), asset()).prop_map(|(a, b)| Step::Rename(a, b)),
    ]
}

/// Any step; more of those on which others build.
pub(super) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => partners(), 3 => assignments(), 2 => people(), 3 => tokens(), 1 => things(), 2 => clients()
    ]
}

/// What is refused once the tour is over: one more system user, and to lose the last admin.
pub(super) fn refused() -> Vec<Step> {
    vec![
        Step::Robot(None, "1001", "EMPLOYEE"),
        Step::Robot(None, "1001", "ADMIN"),
        Step::Role(None, 0, "EMPLOYEE"),
        Step::Remove(None, 0),
    ]
}

/// Every step once, in an order in which each can be done.
pub(super) fn tour() -> Vec<Step> {
    let both = || vec!["ADVERTISE", "ANALYZE"];
    vec![
        Step::Share(None, "act_12", "3001", both()),
        Step::Accept(0),
        Step::Assign(None, "act_12", "3001", "506", vec!["ANALYZE"]),
        Step::Share(None, "act_12", "4001", both()),
        Step::Answer(None, 0, false),
        Step::Share(None, "act_12", "4001", both()),
        Step::Answer(None, 0, true),
        Step::EndPartner(None, 2, true),
        Step::Share(None, "act_11", "2001", vec!["ANALYZE"]),
        Step::Unassign(None, 0),
        Step::EndShare(None, 0),
        Step::GiveBack(None, 0),
        Step::Share(None, "2101", "2001", vec!["ANALYZE"]),
        Step::EndPartner(None, 0, false),
        Step::Manage(None, "2001", "1001"),
        Step::Behalf(None, 0, vec!["ads_read"]),
        Step::EndManaged(None, 0, true),
        Step::Manage(None, "3001", "1001"),
        Step::Behalf(None, 0, vec!["ads_read"]),
        Step::EndManaged(None, 0, false),
        Step::Contain(None, "act_11", true),
        Step::OfGroup("502", Some("advertiser")),
        Step::OfGroup("502", None),
        Step::Invite(None, "1001", "EMPLOYEE"),
        Step::Reinvite(None, "1001", "ADMIN"),
        Step::Join("1001", "505", "EMPLOYEE"),
        Step::Role(None, 2, "ADMIN"),
        Step::Role(None, 2, "EMPLOYEE"),
        Step::Remove(None, 2),
        Step::Join("2001", "505", "EMPLOYEE"),
        Step::Leave(4),
        Step::Robot(None, "1001", "EMPLOYEE"),
        Step::RobotToken(None, "6001", vec!["ads_read"]),
        Step::Exchange("6001"),
        Step::EndTokens(None, "6001"),
        Step::Consent("502", SCOPES.to_vec()),
        Step::Exchange("502"),
        Step::Forget("502", Some("ads_read")),
        Step::Forget("502", None),
        Step::Level("ads_read", false),
        Step::Level("ads_read", true),
        Step::Consent("507", vec!["ads_read"]),
        Step::SignOut("502", true),
        Step::SignOut("504", false),
        Step::Child(None, "3001"),
        Step::Join("3002", "505", "EMPLOYEE"),
        Step::Assign(None, "act_31", "3002", "505", vec!["ANALYZE"]),
        Step::EndChild(None, "3001"),
        Step::EndChild(None, "3001"),
        Step::Claim(None, "2001", "act_41"),
        Step::Make(None, "1001"),
        Step::Rename(None, "act_12"),
        Step::Later(61),
    ]
}
