//! The check of `SSL_CERT_FILE` and `SSL_CERT_DIR`: the TLS library passes over what is wrong with
//! them, and the connection then fails for a reason that names neither.

use std::io;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Certificates that were named but cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The system refused.
    #[error("cannot read the certificates in {}", path.display())]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// No certificate is in it.
    #[error("{} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", .0.display())]
    Empty(PathBuf),
    /// A certificate is damaged.
    #[error("certificate {number} in {} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which one, from 1.
        number: usize,
        /// What the TLS library says.
        reason: String,
    },
}

/// Checks that every certificate of a bundle can be trusted as a root.
///
/// # Errors
/// The file cannot be read, holds none, or holds one that is damaged.
#[expect(clippy::disallowed_methods, reason = "sources read files")]
pub fn check_file(path: &Path) -> Result<(), CertificateError> {
    let bundle = std::fs::read(path).map_err(|source| CertificateError::Refused { path: path.to_owned(), source })?;
    let mut roots = RootCertStore::empty();
    for (certificate, number) in CertificateDer::pem_slice_iter(&bundle).zip(1..) {
        let damaged = |reason: String| CertificateError::Damaged { path: path.to_owned(), number, reason };
        let certificate = certificate.map_err(|error| damaged(error.to_string()))?;
        roots.add(certificate).map_err(|error| damaged(error.to_string()))?;
    }
    if roots.is_empty() { Err(CertificateError::Empty(path.to_owned())) } else { Ok(()) }
}

/// Checks that a folder of certificates can be read.
///
/// # Errors
/// It is no folder, or may not be read.
pub fn check_folder(path: &Path) -> Result<(), CertificateError> {
    let read = std::fs::read_dir(path).map(drop);
    read.map_err(|source| CertificateError::Refused { path: path.to_owned(), source })
}
