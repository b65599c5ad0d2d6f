//! The next command, for whoever wants to go on.

/// Returns the command line this process was called with, with another subcommand.
pub(crate) fn with_other_subcommand(subcommand: &str) -> String {
    let mut words: Vec<String> = std::env::args().skip(1).map(|word| quoted(&word)).collect();
    if let Some(first) = words.first_mut() {
        *first = subcommand.to_owned();
    }
    format!("countersign {}", words.join(" "))
}

/// Returns a word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        let cases = [
            ("person:ben", "person:ben"),
            ("--at=2026-01-01", "--at=2026-01-01"),
            ("", "''"),
            ("{ a: b }", "'{ a: b }'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
        ];
        for (word, expected) in cases {
            assert_eq!(quoted(word), expected);
        }
    }
}
