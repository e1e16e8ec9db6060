//! The key that signs access tokens: made once, kept in the data folder, readable by its owner alone.
//! Several servers of one installation share it with the folder.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::random;

const FILE: &str = "signing.key";
const BYTES: usize = 64;

/// # Errors
/// Where it cannot be read or made, or is not ours.
pub fn signing_key(data_dir: &Path) -> anyhow::Result<Vec<u8>> {
    let path = data_dir.join(FILE);
    if !path.exists() {
        make(&path).with_context(|| format!("cannot make the key {}", path.display()))?;
    }
    let key = std::fs::read(&path).with_context(|| format!("cannot read the key {}", path.display()))?;
    ensure!(
        key.len() == BYTES,
        "the key {} has {} bytes instead of {BYTES}: put the right one back, or delete it and everybody signs in again",
        path.display(),
        key.len()
    );
    Ok(key)
}

/// A key for one purpose alone, out of the one that is kept: what is signed for one is nothing for another.
pub fn derived(signing_key: &[u8], purpose: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(signing_key).expect("HMAC takes a key of any length");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Written beside its place and linked there: of two servers that start at once, one makes it and both read that one.
fn make(path: &Path) -> std::io::Result<()> {
    let beside = path.with_extension(format!("{:016x}", u64::from_be_bytes(random::bytes())));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(&random::bytes::<BYTES>())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&beside, path);
    std::fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_for_one_purpose_is_no_key_for_another() {
        assert_eq!(derived(b"k", "links"), derived(b"k", "links"));
        assert_ne!(derived(b"k", "links"), derived(b"k", "references"));
        assert_ne!(derived(b"k", "links"), derived(b"l", "links"));
    }

    #[test]
    fn a_key_is_made_once_and_kept_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let first = signing_key(folder.path()).unwrap();
        assert_eq!(signing_key(folder.path()).unwrap(), first);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(folder.path().join(FILE), b"short").unwrap();
        assert!(signing_key(folder.path()).is_err());
    }
}
