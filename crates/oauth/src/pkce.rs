//! Proof that whoever comes with the code is who asked for it. Source: RFC 7636; only `S256`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::error::OauthError;
use crate::form::Form;

/// The digest of a secret that only the asker knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

impl Challenge {
    /// Reads the challenge of a request. Without one, or with one that is not `S256`, a request is
    /// refused: a client that has a secret gains from it too.
    pub fn of(form: &Form) -> Result<Self, OauthError> {
        let challenge = form.get("code_challenge")?;
        let method = form.get("code_challenge_method")?;
        match (challenge, method) {
            (None, _) => Err(OauthError::request(
                "`code_challenge` is missing: PKCE is asked of every client",
            )),
            (Some(challenge), Some("S256")) if is_digest(challenge) => {
                Ok(Self(challenge.to_owned()))
            }
            (Some(_), Some("S256")) => Err(OauthError::request(
                "`code_challenge` is not the SHA-256 of a verifier in base64url",
            )),
            (Some(_), _) => Err(OauthError::request(
                "`code_challenge_method` must be `S256`",
            )),
        }
    }

    /// Is this the secret? Takes the same time whatever the answer.
    #[must_use]
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
        let fits = (43..=128).contains(&verifier.len()) && verifier.chars().all(letter);
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        fits && bool::from(digest.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

fn is_digest(text: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::Challenge;
    use crate::form::Form;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn challenge(query: &str) -> Result<Challenge, String> {
        let form = Form::parse(query.as_bytes()).unwrap();
        Challenge::of(&form).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_of_the_specification() {
        let good = challenge(&format!(
            "code_challenge={CHALLENGE}&code_challenge_method=S256"
        ));
        let good = good.unwrap();
        assert!(good.is_met_by(VERIFIER));
        assert!(!good.is_met_by(&VERIFIER.replace('d', "e")));
        assert!(!good.is_met_by(CHALLENGE));
        assert!(!good.is_met_by(""));
        assert!(!good.is_met_by(&"a".repeat(129)));
    }

    #[test]
    fn nothing_less_than_s256_is_taken() {
        for bad in [
            String::new(),
            "code_challenge_method=S256".to_owned(),
            format!("code_challenge={CHALLENGE}"),
            format!("code_challenge={CHALLENGE}&code_challenge_method=plain"),
            format!("code_challenge={CHALLENGE}&code_challenge_method=s256"),
            format!("code_challenge={CHALLENGE}A&code_challenge_method=S256"),
            "code_challenge=short&code_challenge_method=S256".to_owned(),
            format!(
                "code_challenge={CHALLENGE}&code_challenge={CHALLENGE}&code_challenge_method=S256"
            ),
        ] {
            assert!(challenge(&bad).is_err(), "{bad}");
        }
    }
}
