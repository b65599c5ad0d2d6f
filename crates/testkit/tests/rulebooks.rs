//! The made-up rulebook is one.

use testkit::rulebooks;

#[test]
fn the_made_up_rulebook_compiles_under_every_switch() {
    let variants = rulebooks::every_feature().unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(variants.len(), 13);
    assert!(
        variants
            .iter()
            .all(|rulebook| rulebook.profiles.iter().count() == 2)
    );
}
