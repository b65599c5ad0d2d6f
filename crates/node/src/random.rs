//! Randomness. The one place that asks the system.

use rand::TryRng as _;

/// Somebody who has random bytes, good enough for keys.
pub trait Random: Send + Sync {
    /// Fills `bytes`. Errors: the system has none to give; nothing may go on with what was there
    /// before.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The system has no random bytes to give.
#[derive(Debug, thiserror::Error)]
#[error("the system has no random bytes to give")]
pub struct RandomError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// The system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        rand::rngs::SysRng
            .try_fill_bytes(bytes)
            .map_err(|error| RandomError(Box::new(error)))
    }
}

/// Returns `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{SystemRandom, bytes};

    #[test]
    fn no_two_draws_are_alike() {
        let [one, other] = [(); 2].map(|()| bytes::<32>(&SystemRandom).unwrap());
        assert_ne!(one, other);
        assert_ne!(one, [0; 32]);
    }
}
