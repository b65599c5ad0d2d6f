//! `PageVec` against `Vec`: the same steps, the same rows, and old clones that never change.

use engine::table::PageVec;
use proptest::prelude::*;

/// 4,096 bytes: four rows a page, so that short runs cross pages and chunks.
#[derive(Clone, Debug, PartialEq)]
struct Wide([u64; 512]);

fn wide(n: u64) -> Wide {
    Wide([n; 512])
}

#[derive(Clone, Debug)]
enum Step {
    Push(u64),
    Append(u16),
    Pop,
    Drain(u16),
    Change(u32, u64),
    Keep,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<u64>().prop_map(Step::Push),
        1 => (0..1500_u16).prop_map(Step::Append),
        2 => Just(Step::Pop),
        1 => (0..700_u16).prop_map(Step::Drain),
        4 => (any::<u32>(), any::<u64>()).prop_map(|(at, row)| Step::Change(at, row)),
        1 => Just(Step::Keep),
    ]
}

#[track_caller]
fn assert_same<T: Clone + PartialEq + std::fmt::Debug>(table: &PageVec<T>, model: &[T]) {
    assert_eq!(table.len() as usize, model.len());
    assert_eq!(table.is_empty(), model.is_empty());
    assert!(table.iter().eq(model));
    for (index, row) in (0..).zip(model) {
        assert_eq!(table.get(index), Some(row));
    }
    let end = table.len();
    for beyond in [end, end + 1, end + 255, end + 256, u32::MAX] {
        assert_eq!(table.get(beyond), None);
        assert_eq!(table.clone().get_mut(beyond), None);
    }
}

fn follow<T: Clone + PartialEq + std::fmt::Debug>(steps: Vec<Step>, row: impl Fn(u64) -> T) {
    let mut table = PageVec::new();
    let mut model = Vec::new();
    let mut kept = Vec::new();
    for step in steps {
        match step {
            Step::Push(n) => {
                assert_eq!(table.push(row(n)) as usize, model.len());
                model.push(row(n));
            }
            Step::Append(count) => {
                for n in 0..count {
                    table.push(row(n.into()));
                    model.push(row(n.into()));
                }
            }
            Step::Pop => assert_eq!(table.pop(), model.pop()),
            Step::Drain(count) => {
                for _ in 0..count {
                    assert_eq!(table.pop(), model.pop());
                }
            }
            Step::Change(at, n) => {
                let at = at % (table.len() + 1);
                let found = table.get_mut(at).map(|place| *place = row(n));
                let expected = model.get_mut(at as usize).map(|place| *place = row(n));
                assert_eq!(found, expected);
            }
            Step::Keep => kept.push((table.clone(), model.clone())),
        }
    }
    assert_same(&table, &model);
    for (table, model) in &kept {
        assert_same(table, model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn numbers_behave_like_a_vec(steps in prop::collection::vec(any_step(), 0..60)) {
        follow(steps, |n| n);
    }

    #[test]
    fn wide_rows_behave_like_a_vec(steps in prop::collection::vec(any_step(), 0..30)) {
        follow(steps, wide);
    }

    #[test]
    fn rows_that_own_memory_behave_like_a_vec(steps in prop::collection::vec(any_step(), 0..30)) {
        follow(steps, |n| format!("person {n}"));
    }
}

#[test]
fn each_length_around_a_page_and_a_chunk_is_right() {
    // 128 rows of 128 bytes fill a page, 128 pages fill a chunk.
    for len in [0, 1, 127, 128, 129, 255, 256, 16_383, 16_384, 16_385] {
        let model: Vec<[u64; 16]> = (0..len).map(|n| [n; 16]).collect();
        let mut table = PageVec::new();
        for row in &model {
            table.push(*row);
        }
        assert_same(&table, &model);
        let mut rest = model.clone();
        while let Some(row) = table.pop() {
            assert_eq!(Some(row), rest.pop());
        }
        assert!(table.is_empty() && rest.is_empty());
        assert_eq!(table.pop(), None);
    }
}

#[test]
fn rows_without_size_and_rows_above_a_page_are_kept() {
    let mut marks = PageVec::new();
    for _ in 0..10_000 {
        marks.push(());
    }
    assert_same(&marks, &[(); 10_000]);
    let rows: Vec<[u64; 1000]> = (0..300).map(|n| [n; 1000]).collect();
    let mut table = PageVec::new();
    for row in &rows {
        table.push(*row);
    }
    assert_same(&table, &rows);
}

#[test]
fn a_clone_shares_all_pages_but_the_one_written_to() {
    let mut table = PageVec::new();
    for n in 0..10_000_u64 {
        table.push(n);
    }
    let old = table.clone();
    *table.get_mut(5_000).unwrap() = 0;
    let same = |index| std::ptr::eq(table.get(index).unwrap(), old.get(index).unwrap());
    // 2,048 numbers a page: 5,000 lies in the third, 4,096 to 6,143.
    assert!(same(0) && same(4_095) && same(6_144) && same(9_999));
    assert!(!same(4_096) && !same(5_000) && !same(6_143));
}

#[test]
fn a_failed_write_copies_nothing() {
    let mut table = PageVec::new();
    table.push(7_u64);
    let old = table.clone();
    assert_eq!(table.get_mut(1), None);
    assert!(std::ptr::eq(table.get(0).unwrap(), old.get(0).unwrap()));
}

#[test]
fn a_short_list_costs_little_and_a_long_one_what_its_rows_cost() {
    let mut table = PageVec::new();
    assert!(table.bytes() < 128);
    table.push([0_u64; 2]);
    assert!(table.bytes() < 256);
    for n in 1..100_000 {
        table.push([n; 2]);
    }
    let rows = 100_000 * 16;
    assert!(table.bytes() >= rows);
    assert!(
        table.bytes() < rows + rows / 50 + 8_192,
        "{}",
        table.bytes()
    );
}
