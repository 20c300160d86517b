//! The line of bitcoin.conf that lets a user in, as Core's `share/rpcauth` makes it.

use std::io::Read;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Longer passwords are not read.
const LONGEST_PASSWORD: u64 = 4096;

/// Bytes of salt, as in Core's script.
const SALT_BYTES: usize = 16;

/// `rpcauth=USER:SALT$e13a6d5d77774119993d7c02896b188b19a4554e78dfaa4edd7efbc08ee1cb6f` for the password in the file's first line.
pub(crate) fn line(user: &str, password_file: &Path) -> Option<String> {
    let mut text = String::new();
    let file = std::fs::File::open(password_file).ok()?;
    file.take(LONGEST_PASSWORD).read_to_string(&mut text).ok()?;
    let mut salt = [0; SALT_BYTES];
    let mut random = std::fs::File::open("/dev/urandom").ok()?;
    random.read_exact(&mut salt).ok()?;
    let password = text.lines().next()?.trim_end();
    Some(format!("rpcauth={}", entry(user, password, &salt)?))
}

fn entry(user: &str, password: &str, salt: &[u8]) -> Option<String> {
    let salt = peer_observer_event::json::hex(salt);
    // Core hashes with the salt's hexadecimal form as the key (`MultiUserAuthorized`).
    let mut hmac = Hmac::<Sha256>::new_from_slice(salt.as_bytes()).ok()?;
    hmac.update(password.as_bytes());
    let hash = peer_observer_event::json::hex(&hmac.finalize().into_bytes());
    Some(format!("{user}:{salt}${hash}"))
}

#[cfg(test)]
mod tests {
    /// As `hmac.new(salt, password, "SHA256")` of Core's rpcauth.py.
    #[test]
    fn the_key_is_the_salt_as_text() {
        let entry = super::entry("alice", "secret", &[0; 16]).unwrap();
        let hash = "e13a6d5d77774119993d7c02896b188b19a4554e78dfaa4edd7efbc08ee1cb6f";
        assert_eq!(entry, format!("alice:{}${hash}", "00".repeat(16)));
    }
}
