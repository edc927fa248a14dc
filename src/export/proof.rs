//! The keys behind what an export proves: those of certificates, and those of the codes on its pages.

use std::path::Path;

use crate::auth::{self, CertificateKeys, PageCodeKeys};

/// Keys of certificates and page codes, in two directories below the signing keys' one.
#[derive(Debug, Clone)]
pub struct Proof {
    /// What signs certificates.
    pub certificates: CertificateKeys,
    /// What makes and recognises page codes.
    pub page_codes: PageCodeKeys,
}

impl Proof {
    /// The keys below a directory, which may not be there yet.
    pub fn in_dir(key_dir: &Path) -> Proof {
        Proof {
            certificates: CertificateKeys::in_dir(&key_dir.join("certificate")),
            page_codes: PageCodeKeys::in_dir(&key_dir.join("page-code")),
        }
    }

    /// Makes the first key of each kind, where there is none. True when it made one.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn make_missing(&self) -> Result<bool, auth::Error> {
        let (signs, codes) = (self.certificates.can_sign()?, !self.page_codes.all()?.is_empty());
        if !signs {
            self.certificates.replace()?;
        }
        if !codes {
            self.page_codes.add()?;
        }
        Ok(!(signs && codes))
    }

    /// Refuses a directory without keys.
    ///
    /// # Errors
    /// [`auth::Error::NoKey`] when a kind has none.
    pub fn check(&self) -> Result<(), auth::Error> {
        if !self.certificates.can_sign()? {
            return Err(auth::Error::NoKey);
        }
        self.page_codes.newest().map(|_| ())
    }
}
