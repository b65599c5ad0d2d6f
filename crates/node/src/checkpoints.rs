//! Signing the head of the log.

use ledger::checkpoint::OpenCheckpointError;
use ledger::store::PutCheckpointError;
use ledger::{Checkpoint, NoteSigner, Position, ReadError, SignedCheckpoint, Store};

/// Why the log was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The log could not be read.
    #[error("the log could not be read")]
    Read(#[source] ReadError),
    /// The checkpoint was not kept, and so must not be given away.
    #[error("the checkpoint could not be kept")]
    Keep(#[source] PutCheckpointError),
    /// The key is not the one that signed this log before.
    #[error("the signing key is not that of this log: is the key file another installation's?")]
    OtherKey(#[source] OpenCheckpointError),
}

/// Signs the durable head of the log, keeps the checkpoint, and returns it.
///
/// It is kept first: a checkpoint that was given away and forgotten could one day be followed by
/// another past.
pub fn sign_head(store: &dyn Store, signer: &NoteSigner) -> Result<SignedCheckpoint, SignError> {
    let head = store.head().map_err(SignError::Read)?;
    let signed = Checkpoint::of(&head).sign(signer);
    store.put_checkpoint(&signed).map_err(SignError::Keep)?;
    Ok(signed)
}

/// Makes sure that `signer` is the one of this log: the first checkpoint must be his. A log without
/// any is signed now.
///
/// To be called at each start, so that a wrong key file is found before anything is sealed or
/// signed with it.
pub fn claim(store: &dyn Store, signer: &NoteSigner) -> Result<(), SignError> {
    let first = store
        .checkpoints(Position::EMPTY, 1)
        .map_err(SignError::Read)?;
    match first.first() {
        Some(first) => first
            .open(&signer.verifier())
            .map(|_| ())
            .map_err(SignError::OtherKey),
        None => sign_head(store, signer).map(|_| ()),
    }
}

#[cfg(test)]
mod tests {
    use ledger::verify::{Verdict, verify_store};
    use ledger::{LogId, MemoryStore, NoteSigner, Position, Store as _};

    use super::{SignError, claim, sign_head};

    #[test]
    fn a_log_is_claimed_once_and_by_one_key() {
        let store = MemoryStore::new(LogId::from_random([7; 16]));
        let [ours, theirs] = [1, 2].map(|seed| NoteSigner::from_seed("log", &[seed; 32]).unwrap());
        claim(&store, &ours).unwrap();
        claim(&store, &ours).unwrap();
        assert!(matches!(
            claim(&store, &theirs),
            Err(SignError::OtherKey(_))
        ));
        assert_eq!(store.checkpoints(Position::EMPTY, 10).unwrap().len(), 1);
        let signed = sign_head(&store, &ours).unwrap();
        assert_eq!(
            signed.open(&ours.verifier()).unwrap().position,
            Position::EMPTY
        );
        let verdict = verify_store(&store, Some(&ours.verifier())).unwrap();
        assert!(
            matches!(verdict, Verdict::Sound { checkpoints: 1, .. }),
            "{verdict:?}"
        );
    }
}
