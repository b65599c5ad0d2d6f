//! What both tables know about sharing.

use std::hint::black_box;
use std::sync::Arc;

/// Bytes that an [`Arc`] keeps before what it points to: two counts.
pub(super) const COUNTS: usize = 2 * size_of::<usize>();

/// Returns a copy of a list of shared parts.
///
/// Each part counts its owners in its own first cache line, and a counted increment waits for that
/// line before the next one starts. Plain reads of all the lines overlap, so they go first.
pub(super) fn share_all<P>(parts: &[Arc<P>]) -> Vec<Arc<P>> {
    black_box(parts.iter().map(Arc::strong_count).sum::<usize>());
    parts.to_vec()
}

/// As [`share_all`], for places of which the first ones are taken.
pub(super) fn share_places<P: ?Sized, const N: usize>(
    places: &[Option<Arc<P>>; N],
) -> [Option<Arc<P>>; N] {
    let taken = places.iter().map_while(Option::as_ref);
    black_box(taken.map(Arc::strong_count).sum::<usize>());
    places.clone()
}

/// Panics when a table contradicts itself: to go on would be to give wrong answers.
#[cold]
#[inline(never)]
pub(super) fn broken(invariant: &str) -> ! {
    unreachable!("INVARIANT broken: {invariant}")
}
