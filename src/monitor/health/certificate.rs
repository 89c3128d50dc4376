//! When a certificate expires: the one field of X.509 that is read here.
//!
//! A certificate is `SEQUENCE { tbs SEQUENCE { [0] version, serial, algorithm, issuer, validity
//! SEQUENCE { notBefore, notAfter }, … }, … }` in DER (RFC 5280, section 4.1). The TLS library has
//! judged it already; nothing is decided by what is read here.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Returns the last moment a certificate is valid; `None` where the bytes are no certificate.
pub(super) fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let (_, outer, _) = element(certificate).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, mut fields, _) = element(outer).filter(|(tag, ..)| *tag == SEQUENCE)?;
    if let Some((VERSION, _, rest)) = element(fields) {
        fields = rest;
    }
    for _serial_algorithm_issuer in 0..3 {
        let (_, _, rest) = element(fields)?;
        fields = rest;
    }
    let (_, validity, _) = element(fields).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, _, rest) = element(validity)?;
    let (tag, text, _) = element(rest)?;
    time(tag, str::from_utf8(text).ok()?)
}

/// Splits the first element off: its tag, its content, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, first, rest @ ..] = bytes else { return None };
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
        let short = digits.len() <= 4;
        let length = digits.iter().fold(0_usize, |length, digit| (length << 8) | usize::from(*digit));
        short.then_some((length, rest))?
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// Reads `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`; two digits of a year are 1950 to 2049.
fn time(tag: u8, text: &str) -> Option<Timestamp> {
    let text = match tag {
        UTC_TIME => format!("{}{text}", if text.starts_with(['5', '6', '7', '8', '9']) { "19" } else { "20" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let digits = text.strip_suffix('Z')?;
    let time = DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_root_of_the_web_has_an_end() {
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
        let after = "2020-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
        assert!(roots.len() > 100);
        for root in roots {
            assert!(not_after(root.as_ref()).is_some_and(|end| end > after));
        }
    }

    #[test]
    fn both_forms_of_time_are_read() {
        let read = |tag, text| time(tag, text).map(|time| time.to_string());
        assert_eq!(read(UTC_TIME, "260301120000Z").as_deref(), Some("2026-03-01T12:00:00Z"));
        assert_eq!(read(UTC_TIME, "500301120000Z").as_deref(), Some("1950-03-01T12:00:00Z"));
        assert_eq!(read(GENERALIZED_TIME, "20500301120000Z").as_deref(), Some("2050-03-01T12:00:00Z"));
        assert_eq!((read(UTC_TIME, "26030112"), read(2, "260301120000Z")), (None, None));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
            let _end = not_after(&bytes);
        }
    }
}
