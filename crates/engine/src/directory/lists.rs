//! Lists of numbers that hang on rows: who is assigned here, what does this business own.
//!
//! All lists share one table of edges; a row holds the number of its first edge. Taking an item out
//! walks the list, which is cheap at its head, where ends usually come.

use super::index::NONE;
use crate::table::PageVec;

/// The first edge of a list, kept in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head(u32);

impl Default for Head {
    fn default() -> Self {
        Self(NONE)
    }
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    item: u32,
    next: u32,
}

/// The edges of all lists.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    edges: PageVec<Edge>,
    free: u32,
}

impl Lists {
    pub(crate) fn new() -> Self {
        Self {
            edges: PageVec::new(),
            free: NONE,
        }
    }

    /// Adds an item in front; returns the new head.
    pub(crate) fn push(&mut self, head: Head, item: u32) -> Head {
        let edge = Edge { item, next: head.0 };
        let free = self.free;
        match self.edges.get_mut(free) {
            Some(place) => {
                self.free = place.next;
                *place = edge;
                Head(free)
            }
            None => Head(self.edges.push(edge)),
        }
    }

    /// Takes an item out; returns the new head.
    pub(crate) fn remove(&mut self, head: Head, item: u32) -> Head {
        let mut before = NONE;
        let mut here = head.0;
        while let Some(edge) = self.edges.get(here).copied() {
            if edge.item == item {
                let free = self.free;
                if let Some(place) = self.edges.get_mut(here) {
                    *place = Edge {
                        item: NONE,
                        next: free,
                    };
                }
                self.free = here;
                return match self.edges.get_mut(before) {
                    Some(place) => {
                        place.next = edge.next;
                        head
                    }
                    None => Head(edge.next),
                };
            }
            before = here;
            here = edge.next;
        }
        head
    }

    /// Puts an item on a list, or takes it off.
    pub(crate) fn note(&mut self, head: &mut Head, item: u32, listed: bool) {
        *head = if listed {
            self.push(*head, item)
        } else {
            self.remove(*head, item)
        };
    }

    /// Returns the items, last added first.
    #[inline]
    pub(crate) fn iter(&self, head: Head) -> impl Iterator<Item = u32> + '_ {
        let mut here = head.0;
        std::iter::from_fn(move || {
            let edge = self.edges.get(here)?;
            here = edge.next;
            Some(edge.item)
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.edges.bytes()
    }
}

impl Head {
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_and_go_and_edges_are_used_again() {
        let mut lists = Lists::new();
        let mut one = Head::default();
        let mut two = Head::default();
        for item in 0..5 {
            one = lists.push(one, item);
            two = lists.push(two, item + 10);
        }
        one = lists.remove(one, 4);
        one = lists.remove(one, 2);
        one = lists.remove(one, 0);
        one = lists.remove(one, 77);
        assert_eq!(lists.iter(one).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(lists.iter(two).collect::<Vec<_>>(), [14, 13, 12, 11, 10]);
        let edges = lists.edges.len();
        two = lists.push(two, 15);
        assert_eq!(lists.edges.len(), edges);
        assert_eq!(lists.iter(two).next(), Some(15));
    }
}
