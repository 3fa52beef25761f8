//! How long something took, for people.

use std::time::Duration;

/// `12.3 s`, from two minutes on `4 min 07 s`.
pub(crate) fn lasted(duration: Duration) -> String {
    match duration.as_secs() {
        0..120 => format!("{:.1} s", duration.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_have_tenths_and_long_ones_minutes() {
        assert_eq!(lasted(Duration::from_millis(12_345)), "12.3 s");
        assert_eq!(lasted(Duration::from_secs(247)), "4 min 07 s");
    }
}
