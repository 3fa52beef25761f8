//! Two questions to Unicode: which characters Python prints, and how it writes them small.
//!
//! The standard library knows too, in tables that weigh a twentieth of the page. These are the
//! same in a quarter of the room: runs of numbers, written by the tests below, which compare each
//! character.

use alloc::string::String;

/// Where characters that Python prints begin and end, in turns, from 0 and from each other.
const PRINTABLE: &[u8] = include_bytes!("printable.bin");

/// The same of letters of an alphabet that has capitals.
const CASED: &[u8] = include_bytes!("cased.bin");

/// The same of what belongs to no side of a word's end: marks, and signs inside of words.
const PASSED_OVER: &[u8] = include_bytes!("passed_over.bin");

/// [`Run`]s: where one begins, from the end of the last; how many letters it has, times two, and
/// one more where only every other character belongs to it; how far the small letters are, times
/// two, and one more where they come before.
const LOWER: &[u8] = include_bytes!("lower.bin");

/// Numbers of seven bits a byte, the low ones first; the eighth says that there is more.
struct Numbers(core::slice::Iter<'static, u8>);

impl Iterator for Numbers {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = *self.0.next()?;
            number |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return Some(number);
            }
        }
    }
}

/// `c.isprintable()`: the categories Cc, Cf, Cs, Co, Cn, Zl, Zp and Zs are not, the blank is.
pub(crate) fn is_printable(c: char) -> bool {
    is_in(PRINTABLE, c)
}

fn is_in(table: &'static [u8], c: char) -> bool {
    let (mut bound, mut is_inside) = (0, false);
    for length in Numbers(table.iter()) {
        bound += length;
        if u32::from(c) < bound {
            break;
        }
        is_inside = !is_inside;
    }
    is_inside
}

/// Capital letters in a row, or every other one of it, whose small ones are equally far away.
struct Run {
    start: u32,
    end: u32,
    step: u32,
    far: i32,
}

impl Run {
    fn all() -> impl Iterator<Item = Run> {
        let (mut numbers, mut end) = (Numbers(LOWER.iter()), 0);
        core::iter::from_fn(move || {
            let (gap, length, far) = (numbers.next()?, numbers.next()?, numbers.next()?);
            let (start, step) = (end + gap, 1 + (length & 1));
            end = start + step * (length / 2);
            let distance = (far / 2).cast_signed();
            Some(Run { start, end, step, far: if far & 1 == 0 { distance } else { -distance } })
        })
    }

    fn has(&self, capital: u32) -> bool {
        (self.start..self.end).contains(&capital)
            && (capital - self.start).is_multiple_of(self.step)
    }
}

fn small(c: char) -> Option<char> {
    let run = Run::all().find(|it| it.has(c.into()))?;
    char::from_u32(u32::from(c).checked_add_signed(run.far)?)
}

/// `text.lower()`.
pub fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            'İ' => lower.push_str("i\u{307}"),
            'Σ' if is_last(text, at) => lower.push('ς'),
            '\0'..='\x7f' => lower.push(c.to_ascii_lowercase()),
            _ => lower.push(small(c).unwrap_or(c)),
        }
    }
    lower
}

/// Whether the sigma at `at` ends a word: a letter is before it, and none behind.
fn is_last(text: &str, at: usize) -> bool {
    let is_kept = |it: &char| !is_in(PASSED_OVER, *it);
    let is_letter = |it: Option<char>| it.is_some_and(|it| is_in(CASED, it));
    let before = text.get(..at).unwrap_or("").chars().rev().find(is_kept);
    let behind = text.get(at + 'Σ'.len_utf8()..).unwrap_or("").chars().find(is_kept);
    is_letter(before) && !is_letter(behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString, vec::Vec};

    fn write(bytes: &mut Vec<u8>, mut number: u32) {
        while number > 0x7f {
            bytes.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }

    #[track_caller]
    fn is_fresh(file: &str, stored: &[u8], fresh: &[u8]) {
        if stored != fresh {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/syntax/python");
            std::fs::write(format!("{folder}/{file}"), fresh).unwrap();
            panic!("{file} was stale and has been written anew");
        }
    }

    /// `str::escape_debug` leaves those alone that Python's definition calls printable, but for
    /// quotes, the backslash, and combining marks at the start of a text.
    fn prints(c: char) -> bool {
        matches!(c, ' '..='~') || format!("x{c}").escape_debug().nth(1) == Some(c)
    }

    #[track_caller]
    fn is_table(file: &str, stored: &'static [u8], is_it: impl Fn(char) -> bool) {
        let (mut bytes, mut last, mut is_on) = (Vec::new(), 0, false);
        for code in 0..=u32::from(char::MAX) {
            if char::from_u32(code).is_some_and(&is_it) != is_on {
                write(&mut bytes, code - last);
                (last, is_on) = (code, !is_on);
            }
        }
        is_fresh(file, stored, &bytes);
        let mut some = ('\0'..='\u{2fff}').chain('\u{1d400}'..='\u{1d7ff}');
        assert!(some.all(|c| is_in(stored, c) == is_it(c)));
    }

    #[test]
    fn what_is_printed_is_what_rust_prints() {
        is_table("printable.bin", PRINTABLE, prints);
    }

    #[test]
    fn a_word_ends_where_rust_ends_it() {
        let ends = |text: &str| text.to_lowercase().ends_with('ς');
        is_table("cased.bin", CASED, |c| ends(&format!("{c}Σ")));
        let is_passed_over = |c| ends(&format!("a{c}Σ")) && !ends(&format!("{c}Σ"));
        is_table("passed_over.bin", PASSED_OVER, is_passed_over);
    }

    #[test]
    fn small_letters_are_rusts() {
        // Start, end, step, distance.
        let mut runs: Vec<(u32, u32, u32, i32)> = Vec::new();
        for c in '\u{80}'..=char::MAX {
            let mut its = c.to_lowercase();
            let (Some(small), None) = (its.next(), its.next()) else { continue };
            let (code, far) = (u32::from(c), small as i32 - c as i32);
            match runs.last_mut().filter(|it| it.3 == far) {
                _ if far == 0 => {}
                Some(it) if it.1 == it.0 + 1 && code == it.1 + 1 => *it = (it.0, code + 2, 2, far),
                Some(it) if code == it.1 => it.1 += it.2,
                _ => runs.push((code, code + 1, 1, far)),
            }
        }
        let (mut bytes, mut last) = (Vec::new(), 0);
        for (start, end, step, far) in runs {
            write(&mut bytes, start - last);
            write(&mut bytes, (end - start) / step * 2 + step - 1);
            write(&mut bytes, far.unsigned_abs() * 2 + u32::from(far < 0));
            last = end;
        }
        is_fresh("lower.bin", LOWER, &bytes);
        for c in ('\0'..='\u{2fff}').chain('\u{a640}'..='\u{abff}').chain('\u{10400}'..='\u{104ff}')
        {
            assert_eq!(lower(&c.to_string()), c.to_lowercase().to_string(), "{c:?}");
        }
    }

    #[test]
    fn a_sigma_ends_a_word_in_its_own_shape() {
        for text in [
            "ΟΔΟΣ",
            "ΟΔΟΣ.gr",
            "ΟΔΟΣ-Σ",
            "Σ",
            "ΣΑΣ ΣΑ",
            "ΐΣ",
            "ΑΣ\u{301}",
            "ΑΣ'Α",
            "1Σ",
            "ΑΣ.",
            "DB.ΣΣ",
        ] {
            assert_eq!(lower(text), text.to_lowercase(), "{text}");
        }
    }
}
