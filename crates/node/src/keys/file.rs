//! The key file: four lines of text, for its owner only.

use std::fs::{File, Permissions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Keys, KeysError};

const FIRST_LINE: &str = "countersign keys 1";

pub(super) fn read(path: &Path) -> Result<Keys, KeysError> {
    let name = path.display().to_string();
    let io = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => KeysError::NotFound(name.clone()),
        _ => KeysError::Io {
            path: name.clone(),
            source,
        },
    };
    let permissions = std::fs::metadata(path).map_err(io)?.permissions();
    if is_open_to_others(&permissions) {
        return Err(KeysError::TooOpen(name));
    }
    let text = std::fs::read(path).map_err(io)?;
    String::from_utf8(text)
        .ok()
        .and_then(|text| parse(&text))
        .ok_or(KeysError::Form(name))
}

/// Writes a new file under another name, makes it durable, and only then gives it its name: a start
/// that is killed in between leaves no half a key file.
pub(super) fn create(path: &Path, keys: &Keys) -> Result<(), KeysError> {
    let name = path.display().to_string();
    let io = |source: std::io::Error| match source.kind() {
        ErrorKind::AlreadyExists => KeysError::AlreadyThere(name.clone()),
        _ => KeysError::Io {
            path: name.clone(),
            source,
        },
    };
    let unfinished = path.with_extension(format!("unfinished-{}", std::process::id()));
    let written = write_for_owner(&unfinished, &text(keys));
    // A link is refused where a name is taken; a rename would overwrite.
    let linked = written.and_then(|()| std::fs::hard_link(&unfinished, path));
    let removed = std::fs::remove_file(&unfinished);
    linked
        .and(removed)
        .and_then(|()| sync_directory(path))
        .map_err(io)
}

fn write_for_owner(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync_directory(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(unix)]
fn is_open_to_others(permissions: &Permissions) -> bool {
    std::os::unix::fs::PermissionsExt::mode(permissions) & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Permissions) -> bool {
    false
}

fn text(keys: &Keys) -> String {
    let [signing, sealing, digest] =
        [keys.signing, keys.sealing, keys.digest].map(|key| STANDARD.encode(key));
    format!("{FIRST_LINE}\nsigning {signing}\nsealing {sealing}\ndigest {digest}\n")
}

fn parse(text: &str) -> Option<Keys> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    if lines.next()? != FIRST_LINE {
        return None;
    }
    let mut key = |name: &str| -> Option<[u8; 32]> {
        let encoded = lines.next()?.strip_prefix(name)?.strip_prefix(' ')?;
        STANDARD.decode(encoded).ok()?.try_into().ok()
    };
    let keys = Keys {
        signing: key("signing")?,
        sealing: key("sealing")?,
        digest: key("digest")?,
    };
    lines.next().is_none().then_some(keys)
}

#[cfg(test)]
mod tests {
    use super::super::{Keys, KeysError};
    use crate::random::SystemRandom;

    #[test]
    fn keys_come_back_and_are_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("countersign.keys");
        assert!(matches!(Keys::read(&path), Err(KeysError::NotFound(_))));
        let made = Keys::create(&path, &SystemRandom).unwrap();
        let read = Keys::read(&path).unwrap();
        assert_eq!(
            (made.signing, made.sealing, made.digest),
            (read.signing, read.sealing, read.digest)
        );
        assert!(matches!(
            Keys::create(&path, &SystemRandom),
            Err(KeysError::AlreadyThere(_))
        ));
        assert_eq!(Keys::read(&path).unwrap().signing, made.signing);
        // Nothing unfinished is left behind.
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("countersign.keys");
        Keys::create(&path, &SystemRandom).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for damaged in [
            String::new(),
            text.replace("sealing", "ceiling"),
            text.replace("keys 1", "keys 2"),
            text.trim_end().to_owned(),
            format!("{text}more\n"),
            text.chars().take(text.len() - 9).collect(),
        ] {
            std::fs::write(&path, damaged).unwrap();
            assert!(matches!(Keys::read(&path), Err(KeysError::Form(_))));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("countersign.keys");
        Keys::create(&path, &SystemRandom).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::read(&path), Err(KeysError::TooOpen(_))));
    }
}
