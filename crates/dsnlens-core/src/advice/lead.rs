//! The first step of a rule's page, cut out by the compiler: an answer needs it where the pages are
//! not at hand, and it is written once.

const HEADING: &[u8] = b" # What to do\n\n ";

/// The bytes of the first sentence of *What to do*.
#[expect(clippy::indexing_slicing, reason = "the compiler runs it: a panic is its error")]
const fn walk<const N: usize>(page: &str, step: &mut [u8; N]) -> usize {
    let page = page.as_bytes();
    let mut at = 0;
    loop {
        if at + HEADING.len() > page.len() {
            return 0;
        }
        let mut same = 0;
        while same < HEADING.len() && page[at + same] == HEADING[same] {
            same += 1;
        }
        if same == HEADING.len() {
            break;
        }
        at += 1;
    }
    at += HEADING.len();
    let mut length = 0;
    while at + 1 < page.len() {
        let is_end = match (page[at], page[at + 1]) {
            (b'.' | b':' | b'\n', b'\n') | (b'.', b' ') => true,
            (b'\n', b' ') => at + 2 < page.len() && page[at + 2] == b'-',
            _ => false,
        };
        if is_end {
            break;
        }
        // A line's end and the blank in front of the next one are one blank.
        if page[at] != b'\n' {
            if length < N {
                step[length] = page[at];
            }
            length += 1;
        }
        at += 1;
    }
    length
}

pub(crate) const fn length(page: &str) -> usize {
    walk(page, &mut [])
}

pub(crate) const fn step<const N: usize>(page: &str) -> [u8; N] {
    let mut step = [0; N];
    walk(page, &mut step);
    step
}

pub(crate) const fn text(step: &'static [u8]) -> &'static str {
    match core::str::from_utf8(step) {
        Ok(text) => text,
        Err(_) => "",
    }
}
