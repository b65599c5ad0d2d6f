//! Where passkeys are good: at one address, and nowhere that looks like it.

use engine::PersonId;
use webauthn_rs::prelude::{
    AuthenticationResult, CreationChallengeResponse, CredentialID, DiscoverableAuthentication,
    Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid,
    WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};
use webauthn_rs_proto::ResidentKeyRequirement;

/// The options of a question, as JSON, and what its answer is looked at with.
type Question<S> = (Result<String, serde_json::Error>, S);

/// An address at which people sign in with passkeys.
#[derive(Debug, Clone)]
pub struct Site(Webauthn);

impl Site {
    /// Returns the site of a public address. Browsers know passkeys where it is `https` with a name,
    /// and at `http://localhost`; not where it is a number, such as `127.0.0.1`.
    #[must_use]
    pub fn of(public_url: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let name = url.domain()?;
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && name == "localhost");
        let builder = WebauthnBuilder::new(name, &url).ok()?;
        let webauthn = builder.rp_name("Countersign").build().ok()?;
        is_safe.then_some(Self(webauthn))
    }

    /// Asks for a new key: one that is kept on the device, so that it is found without a name.
    pub(super) fn ask_for_new(
        &self,
        handle: Uuid,
        person: &PersonId,
        known: Vec<CredentialID>,
    ) -> Result<Question<PasskeyRegistration>, WebauthnError> {
        let name = person.as_str();
        let asked = self
            .0
            .start_passkey_registration(handle, name, name, Some(known));
        let (mut options, state): (CreationChallengeResponse, _) = asked?;
        if let Some(wanted) = &mut options.public_key.authenticator_selection {
            wanted.resident_key = Some(ResidentKeyRequirement::Required);
            wanted.require_resident_key = true;
        }
        Ok((serde_json::to_string(&options.public_key), state))
    }

    pub(super) fn new_key(
        &self,
        answer: &RegisterPublicKeyCredential,
        state: &PasskeyRegistration,
    ) -> Result<Passkey, WebauthnError> {
        self.0.finish_passkey_registration(answer, state)
    }

    /// Asks for any key of this site.
    pub(super) fn ask(&self) -> Result<Question<DiscoverableAuthentication>, WebauthnError> {
        let (options, state) = self.0.start_discoverable_authentication()?;
        Ok((serde_json::to_string(&options.public_key), state))
    }

    /// Looks at an answer. Refused is one that counts no further than the one before: somebody has a
    /// copy of the key.
    pub(super) fn seen(
        &self,
        answer: &PublicKeyCredential,
        state: DiscoverableAuthentication,
        key: &Passkey,
    ) -> Result<AuthenticationResult, WebauthnError> {
        let seen = self
            .0
            .finish_discoverable_authentication_v2(answer, state, key)?;
        match seen.user_verified() {
            true => Ok(seen),
            false => Err(WebauthnError::UserNotVerified),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Site;

    #[test]
    fn where_browsers_know_passkeys() {
        for (url, is_site) in [
            ("https://ads.example", true),
            ("https://ads.example:8443/countersign", true),
            ("http://localhost:8080", true),
            ("http://ads.example", false),
            ("http://127.0.0.1:8080", false),
            ("https://127.0.0.1", false),
            ("https://[::1]", false),
            ("ads.example", false),
        ] {
            assert_eq!(Site::of(url).is_some(), is_site, "{url}");
        }
    }
}
