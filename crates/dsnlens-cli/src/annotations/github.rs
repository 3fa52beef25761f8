//! Workflow commands of GitHub Actions: one line an annotation, shown beside the changed file.
//!
//! The escapes are those of `@actions/core` 1.11, `src/command.ts`.

use dsnlens_core::Severity;

use super::Annotation;
use crate::report::limits::cut;

pub(crate) fn render(annotations: &[Annotation<'_>]) -> String {
    annotations.iter().map(line).collect()
}

fn line(annotation: &Annotation<'_>) -> String {
    let command = match annotation.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &annotation.place {
        properties.push(format!("file={}", property(&place.path.to_string_lossy())));
        properties.push(format!("line={}", place.line));
        if let Some((start, end)) = place.columns {
            properties.push(format!("col={start}"));
            properties.extend(end.map(|it| format!("endColumn={it}")));
        }
    }
    if let Some(rule) = annotation.rule {
        properties.push(format!("title={}", property(rule.name)));
    }
    let space = if properties.is_empty() { "" } else { " " };
    // Without a file the variable is all that tells the place.
    let variable = annotation.variable.filter(|_| annotation.place.is_none());
    let prefix = variable.map_or_else(String::new, |it| format!("{it}: "));
    let help = annotation.help.as_ref().map_or_else(String::new, |it| format!("\n{it}"));
    let message = data(&format!("{prefix}{}{help}", cut(&annotation.message)));
    format!("::{command}{space}{}::{message}\n", properties.join(","))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_command() {
        assert_eq!(data("100%\r\n::error::"), "100%25%0D%0A::error::");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
