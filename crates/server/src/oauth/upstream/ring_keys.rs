//! The cryptography of ID tokens: signatures are looked at with `ring`, which TLS uses too.
//!
//! Nothing is signed here, and a key opens only algorithms of its own family: what a provider
//! publishes as an RSA key is never taken for a shared secret.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as BadSignature, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: verifier,
    // Used to make keys and thumbprints only, which nobody here does.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes this the cryptography of tokens in this process.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // It is refused only when there is one already, and there is only this one.
        let _there_already = PROVIDER.install_default();
    });
}

#[derive(Clone, Copy)]
enum Way {
    Rsa(&'static RsaParameters),
    Point(&'static dyn VerificationAlgorithm),
}

fn way(algorithm: Algorithm) -> Option<Way> {
    Some(match algorithm {
        Algorithm::RS256 => Way::Rsa(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Way::Rsa(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Way::Rsa(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Way::Rsa(&RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Way::Rsa(&RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Way::Rsa(&RSA_PSS_2048_8192_SHA512),
        Algorithm::ES256 => Way::Point(&ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => Way::Point(&ECDSA_P384_SHA384_FIXED),
        Algorithm::EdDSA => Way::Point(&ED25519),
        // Shared secrets, and whatever comes later.
        _ => return None,
    })
}

/// Can a signature of this kind be looked at?
pub(super) fn is_known(algorithm: Algorithm) -> bool {
    way(algorithm).is_some()
}

struct Ring {
    algorithm: Algorithm,
    way: Way,
    key: DecodingKey,
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let wrong = || Error::from(ErrorKind::InvalidAlgorithm);
    let way = way(*algorithm).ok_or_else(wrong)?;
    if algorithm.family() != key.family() {
        return Err(wrong());
    }
    Ok(Box::new(Ring {
        algorithm: *algorithm,
        way,
        key: key.clone(),
    }))
}

impl Verifier<Vec<u8>> for Ring {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), BadSignature> {
        let looked = match (self.way, self.key.kind()) {
            (Way::Rsa(parameters), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            (Way::Point(algorithm), DecodingKeyKind::SecretOrDer(point)) => {
                UnparsedPublicKey::new(algorithm, point).verify(message, signature)
            }
            _ => return Err(BadSignature::new()),
        };
        looked.map_err(|_| BadSignature::new())
    }
}

impl JwtVerifier for Ring {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
