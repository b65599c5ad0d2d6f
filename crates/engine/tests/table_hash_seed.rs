//! Hashes for table keys: seeded, and even where the tables look at them.

use engine::table::{HashSeed, pair_hash};

#[test]
fn hashes_depend_on_the_seed_and_on_each_byte() {
    let seed = HashSeed::new(1);
    assert_eq!(seed.bytes(b"act_1"), HashSeed::new(1).bytes(b"act_1"));
    assert_ne!(seed.bytes(b"act_1"), HashSeed::new(2).bytes(b"act_1"));
    assert_ne!(seed.bytes(b"act_1"), seed.bytes(b"act_2"));
    assert_ne!(seed.bytes(b""), seed.bytes(b"\0"));
    assert_ne!(seed.pair(1, 2), seed.pair(2, 1));
    assert_ne!(seed.pair(1, 2), HashSeed::new(2).pair(1, 2));
    assert_ne!(pair_hash(1, 2), pair_hash(2, 1));
}

/// The largest number of keys that fall into one of 256 bins, out of 65,536, where 256 is even.
fn fullest(hashes: impl Iterator<Item = u64>, bin: impl Fn(u64) -> u64) -> u32 {
    let mut bins = [0_u32; 256];
    for hash in hashes {
        if let Some(count) = bins.get_mut(bin(hash) as usize) {
            *count += 1;
        }
    }
    bins.into_iter().fold(0, u32::max)
}

#[test]
fn dense_numbers_spread_evenly_by_their_top_and_by_their_low_bits() {
    let seed = HashSeed::new(42);
    let grid = || (0..256_u32).flat_map(|a| (0..256_u32).map(move |b| (a, b)));
    let texts = || (0..65_536_u32).map(|n| format!("act_{n}"));
    let top = |hash: u64| hash >> 56;
    let low = |hash: u64| hash >> 24 & 255;
    assert_eq!(fullest([7 << 56; 9].into_iter(), top), 9);
    for bin in [top, low] {
        // Six deviations of 16 above the mean: by chance less than once in a million times.
        let limit = 256 + 6 * 16;
        assert!(fullest(grid().map(|(a, b)| seed.pair(a, b)), bin) < limit);
        assert!(fullest(grid().map(|(a, b)| pair_hash(a, b)), bin) < limit);
        assert!(fullest(texts().map(|text| seed.bytes(text.as_bytes())), bin) < limit);
    }
}
