//! Cases about the rows beside the log.

use jiff::SignedDuration;

use super::{Case, Named, noon};
use crate::row::{Expect, Row, RowKey, RowWrite, Table, Version};
use crate::store::{RowRefusalReason, Store, WriteRowsError};
use crate::text::{self, FreeText, TextRead};

pub(super) const CASES: &[Named] = &[
    ("a row comes back", put_and_get),
    ("a write can demand a version", versions),
    ("a version is never given twice", versions_grow),
    ("writes see those ahead of them", in_order),
    ("a refused write takes the others with it", all_or_nothing),
    ("rows in pages", pages),
    ("rows that are over are swept", sweep),
    ("the oldest rows are trimmed", trim),
    ("a rulebook is kept for ever", kept_for_ever),
    ("a text is erased", erase),
];

fn code(key: &str) -> RowKey {
    RowKey::new(Table::Code, key)
}

fn get(store: &dyn Store, key: &RowKey) -> Result<Row, Box<dyn std::error::Error>> {
    Ok(store
        .row(key)?
        .ok_or_else(|| format!("row {key} is missing"))?)
}

/// Why the store refused the writes.
fn refused(
    store: &dyn Store,
    writes: &[RowWrite],
) -> Result<RowRefusalReason, Box<dyn std::error::Error>> {
    match store.write_rows(writes) {
        Err(WriteRowsError::Row(refusal)) => Ok(refusal.reason),
        other => Err(format!("expected a refusal: {other:?}").into()),
    }
}

fn put_and_get(store: &dyn Store) -> Case {
    let until = noon()?;
    for table in Table::ALL {
        let stays = RowKey::new(table, "a");
        let ends = RowKey::new(table, "é/ä \u{1f600}");
        assert_eq!(store.row(&stays)?, None);
        store.write_rows(&[
            RowWrite::put(stays.clone(), vec![0, 255, 1]),
            RowWrite::put_until(ends.clone(), Vec::new(), until),
        ])?;
        let row = get(store, &stays)?;
        assert_eq!(
            (row.key, row.value, row.until),
            (stays, vec![0, 255, 1], None)
        );
        let row = get(store, &ends)?;
        assert_eq!((row.key, row.value, row.until), (ends, vec![], Some(until)));
    }
    Ok(())
}

fn versions(store: &dyn Store) -> Case {
    let put = |expect| RowWrite::put(code("c"), b"x".to_vec()).expecting(expect);
    store.write_rows(&[put(Expect::Absent)])?;
    let first = get(store, &code("c"))?.version;
    let taken = refused(store, &[put(Expect::Absent)])?;
    assert_eq!(
        taken,
        RowRefusalReason::Expectation {
            expected: Expect::Absent,
            found: Some(first)
        }
    );
    store.write_rows(&[put(Expect::Version(first))])?;
    let second = get(store, &code("c"))?.version;
    assert!(second > first);
    refused(store, &[put(Expect::Version(first))])?;
    let delete = |expect| RowWrite::delete(code("c")).expecting(expect);
    refused(store, &[delete(Expect::Version(first))])?;
    store.write_rows(&[delete(Expect::Version(second))])?;
    let gone = refused(store, &[delete(Expect::Version(second))])?;
    let expected = Expect::Version(second);
    assert_eq!(
        gone,
        RowRefusalReason::Expectation {
            expected,
            found: None
        }
    );
    store.write_rows(&[delete(Expect::Any)])?;
    Ok(())
}

fn versions_grow(store: &dyn Store) -> Case {
    let mut last = Version::new(0);
    for _ in 0..3 {
        store.write_rows(&[RowWrite::put(code("c"), b"x".to_vec())])?;
        let version = get(store, &code("c"))?.version;
        assert!(version > last, "{version} after {last}");
        last = version;
        store.write_rows(&[RowWrite::delete(code("c"))])?;
    }
    Ok(())
}

fn in_order(store: &dyn Store) -> Case {
    let put = |value: &str, expect| RowWrite::put(code("c"), value.into()).expecting(expect);
    store.write_rows(&[
        put("1", Expect::Absent),
        put("2", Expect::Any),
        RowWrite::delete(code("c")),
        put("3", Expect::Absent),
    ])?;
    assert_eq!(get(store, &code("c"))?.value, b"3");
    Ok(())
}

fn all_or_nothing(store: &dyn Store) -> Case {
    store.write_rows(&[RowWrite::put(code("old"), b"old".to_vec())])?;
    let before = get(store, &code("old"))?;
    refused(
        store,
        &[
            RowWrite::put(code("new"), b"new".to_vec()),
            RowWrite::put(code("old"), b"changed".to_vec()),
            RowWrite::put(code("old"), b"again".to_vec()).expecting(Expect::Absent),
        ],
    )?;
    assert_eq!(store.row(&code("new"))?, None);
    assert_eq!(get(store, &code("old"))?, before);
    Ok(())
}

fn pages(store: &dyn Store) -> Case {
    let keys = [
        "act_1/a", "act_1/b", "act_1/c", "act_1_", "act_10/a", "act_2/a", "act_%", "act", "z",
        "Act_1/a",
    ];
    for key in keys {
        store.write_rows(&[RowWrite::put(RowKey::new(Table::Market, key), key.into())])?;
    }
    store.write_rows(&[RowWrite::put(code("act_1/other"), Vec::new())])?;
    let page =
        |prefix: &str, after: &str, limit| -> Result<Vec<String>, Box<dyn std::error::Error>> {
            let rows = store.rows(Table::Market, prefix, after, limit)?;
            Ok(rows.iter().map(|row| row.key.key.to_string()).collect())
        };
    assert_eq!(page("act_1/", "", 10)?, ["act_1/a", "act_1/b", "act_1/c"]);
    assert_eq!(page("act_1/", "", 2)?, ["act_1/a", "act_1/b"]);
    assert_eq!(page("act_1/", "act_1/b", 2)?, ["act_1/c"]);
    assert_eq!(page("act_1/", "act_1/c", 2)?, [""; 0]);
    assert_eq!(page("act_1/", "a", 1)?, ["act_1/a"]);
    assert_eq!(page("act_%", "", 10)?, ["act_%"]);
    assert_eq!(page("nobody", "", 10)?, [""; 0]);
    let mut all = keys.to_vec();
    all.sort_unstable();
    assert_eq!(page("", "", 100)?, all);
    Ok(())
}

fn sweep(store: &dyn Store) -> Case {
    let noon = noon()?;
    let second = SignedDuration::from_secs(1);
    store.write_rows(&[
        RowWrite::put_until(code("over"), Vec::new(), noon - second),
        RowWrite::put_until(code("just over"), Vec::new(), noon),
        RowWrite::put_until(code("not yet"), Vec::new(), noon + second),
        RowWrite::put(code("stays"), Vec::new()),
        RowWrite::put_until(
            RowKey::new(Table::Rulebook, "digest"),
            Vec::new(),
            noon - second,
        ),
    ])?;
    assert_eq!(store.sweep_rows(noon, 1)?, 1);
    assert_eq!(store.sweep_rows(noon, 10)?, 1);
    assert_eq!(store.sweep_rows(noon, 10)?, 0);
    let left = store.rows(Table::Code, "", "", 10)?;
    assert_eq!(
        left.iter().map(|row| &*row.key.key).collect::<Vec<_>>(),
        ["not yet", "stays"]
    );
    assert_eq!(store.rows(Table::Rulebook, "", "", 10)?.len(), 1);
    Ok(())
}

fn trim(store: &dyn Store) -> Case {
    for key in ["c", "a", "d", "b"] {
        store.write_rows(&[RowWrite::put(RowKey::new(Table::Refusal, key), Vec::new())])?;
    }
    store.write_rows(&[RowWrite::put(RowKey::new(Table::Refusal, "c"), Vec::new())])?;
    store.write_rows(&[RowWrite::put(code("other"), Vec::new())])?;
    assert_eq!(store.trim_rows(Table::Refusal, 5)?, 0);
    assert_eq!(store.trim_rows(Table::Refusal, 2)?, 2);
    let left = store.rows(Table::Refusal, "", "", 10)?;
    assert_eq!(
        left.iter().map(|row| &*row.key.key).collect::<Vec<_>>(),
        ["b", "c"]
    );
    assert!(store.row(&code("other"))?.is_some());
    store.write_rows(&[RowWrite::put(
        RowKey::new(Table::Rulebook, "digest"),
        Vec::new(),
    )])?;
    assert_eq!(store.trim_rows(Table::Rulebook, 0)?, 0);
    Ok(())
}

fn kept_for_ever(store: &dyn Store) -> Case {
    let key = RowKey::new(Table::Rulebook, "digest");
    let put = |value: &str| RowWrite::put(key.clone(), value.into());
    store.write_rows(&[put("rules")])?;
    let first = get(store, &key)?;
    // The same rules once more, as when a second realm activates them, change nothing.
    store.write_rows(&[put("rules")])?;
    assert_eq!(get(store, &key)?, first);
    assert_eq!(
        refused(store, &[put("other")])?,
        RowRefusalReason::KeptForEver
    );
    assert_eq!(
        refused(store, &[RowWrite::delete(key.clone())])?,
        RowRefusalReason::KeptForEver
    );
    assert_eq!(get(store, &key)?, first);
    Ok(())
}

fn erase(store: &dyn Store) -> Case {
    let ana = FreeText::new("ana@example.com", [5; 32]);
    let digest = ana.digest("text_1");
    store.write_rows(&[ana.write("text_1")])?;
    let read = || {
        store
            .row(&text::row_key("text_1"))
            .map(|row| digest.read("text_1", row.as_ref()))
    };
    assert_eq!(read()?, TextRead::Text("ana@example.com".into()));
    refused(
        store,
        &[FreeText::new("ben@example.com", [6; 32]).write("text_1")],
    )?;
    store.write_rows(&[text::erase("text_1")])?;
    assert_eq!(read()?, TextRead::Erased);
    store.write_rows(&[text::erase("text_1")])?;
    Ok(())
}
