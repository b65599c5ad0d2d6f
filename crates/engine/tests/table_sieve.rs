//! A sieve never denies what was noted, and seldom says "may have" of anything else.

use engine::table::{Sieve, pair_hash};

#[test]
fn what_was_noted_may_be_there_however_many_are_noted() {
    let mut sieve = Sieve::default();
    for one in 0..100_000 {
        sieve.note(pair_hash(one, 7));
        if one.is_power_of_two() || one % 10_000 == 0 {
            assert!((0..=one).all(|one| sieve.may_have(pair_hash(one, 7))));
        }
    }
    assert!(sieve.is_full());
}

#[test]
fn an_empty_one_has_nothing() {
    let sieve = Sieve::with_room(1000);
    assert!(!(0..100_000).any(|one| sieve.may_have(pair_hash(one, 7))));
    assert!(!sieve.is_full());
}

#[test]
fn few_others_pass_until_it_is_full() {
    let mut sieve = Sieve::with_room(10_000);
    for one in 0..15_000 {
        sieve.note(pair_hash(one, 7));
        assert!(!sieve.is_full());
    }
    let others = (0..100_000).filter(|one| sieve.may_have(pair_hash(*one, 8)));
    assert!(others.count() < 10_000);
}
