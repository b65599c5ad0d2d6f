//! Nobody is asked for the password of a customer at the platform. Tests put every name to this that
//! a command, a route or an argument is given things by.

/// Words that stand for what only the person himself types where he signs in.
const WORDS: [&str; 7] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pass",
    "pwd",
    "login",
];

/// Does the name of a field or an argument ask for a password? Words are told apart by anything that
/// is no letter, and by a capital after a small letter.
#[must_use]
pub fn asks_for_one(name: &str) -> bool {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        if !letter.is_alphabetic() || (letter.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        before = letter;
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphabetic()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.iter().any(|word| WORDS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::asks_for_one;

    #[test]
    fn names_that_ask_for_a_password() {
        let ask = [
            "password",
            "platformPassword",
            "--customer-password",
            "login_name",
            "PWD",
        ];
        let others = [
            "person",
            "passed",
            "shipping",
            "pinned",
            "second_factor",
            "bypass",
            "",
        ];
        assert!(ask.into_iter().all(asks_for_one));
        assert!(!others.into_iter().any(asks_for_one));
    }
}
