//! `netip.ParseAddr` of Go 1.27.3, `src/net/netip/netip.go`.

/// An error's text, and where the text begins that it quotes.
type AddressError = (&'static str, Option<usize>);

/// Whether the address is one of IPv4; an error's text, and where the text begins that it quotes.
pub fn parse_addr(text: &str) -> Result<bool, (&'static str, Option<usize>)> {
    match text.find(['.', ':', '%']).and_then(|at| text.as_bytes().get(at)) {
        Some(b'.') => ipv4(text, 0).map(|()| true),
        Some(b':') => ipv6(text).map(|()| false),
        Some(_) => Err(("missing IPv6 address", None)),
        None => Err(("unable to parse IP", None)),
    }
}

fn ipv4(text: &str, offset: usize) -> Result<(), AddressError> {
    let (mut value, mut digits, mut fields) = (0_u32, 0, 0);
    let bytes = text.as_bytes();
    for (nth, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", None));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", None));
                }
            }
            b'.' => {
                let before = nth.checked_sub(1).and_then(|it| bytes.get(it));
                if matches!(before, None | Some(b'.')) || nth + 1 == bytes.len() {
                    return Err(("IPv4 field must have at least one digit", Some(offset + nth)));
                }
                if fields == 3 {
                    return Err(("IPv4 address too long", None));
                }
                (value, digits, fields) = (0, 0, fields + 1);
            }
            _ => return Err(("unexpected character", Some(offset + nth))),
        }
    }
    if fields < 3 { Err(("IPv4 address too short", None)) } else { Ok(()) }
}

fn ipv6(text: &str) -> Result<(), AddressError> {
    let address = match text.split_once('%') {
        Some((_, "")) => return Err(("zone must be a non-empty string", None)),
        Some((address, _)) => address,
        None => text,
    };
    let at = |rest: &str| Some(address.len() - rest.len());
    let mut rest = address;
    let mut has_ellipsis = false;
    let mut bytes = 0;
    if let Some(behind) = rest.strip_prefix("::") {
        has_ellipsis = true;
        rest = behind;
        if rest.is_empty() {
            return Ok(());
        }
    }
    while bytes < 16 {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits > 4 {
            return Err(("each group must have 4 or less digits", at(rest)));
        }
        if digits == 0 {
            let text = "each colon-separated field must have at least one digit";
            return Err((text, at(rest)));
        }
        let behind = rest.get(digits..).unwrap_or("");
        if behind.starts_with('.') {
            if !has_ellipsis && bytes != 12 {
                let text = "embedded IPv4 address must replace the final 2 fields of the address";
                return Err((text, at(rest)));
            }
            if bytes + 4 > 16 {
                let text = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err((text, at(rest)));
            }
            ipv4(rest, address.len() - rest.len())?;
            rest = "";
            bytes += 4;
            break;
        }
        bytes += 2;
        rest = behind;
        if rest.is_empty() {
            break;
        }
        let Some(behind) = rest.strip_prefix(':') else {
            return Err(("unexpected character, want colon", at(rest)));
        };
        if behind.is_empty() {
            return Err(("colon must be followed by more characters", at(rest)));
        }
        rest = behind;
        if let Some(behind) = rest.strip_prefix(':') {
            if has_ellipsis {
                return Err(("multiple :: in address", at(rest)));
            }
            has_ellipsis = true;
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
    }
    if !rest.is_empty() {
        return Err(("trailing garbage after address", at(rest)));
    }
    match (bytes < 16, has_ellipsis) {
        (true, false) => Err(("address string too short", None)),
        (false, true) => Err(("the :: must expand to at least one field of zeros", None)),
        _ => Ok(()),
    }
}
