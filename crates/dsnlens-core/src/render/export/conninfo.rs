//! libpq's `keyword=value` pairs, in one line.

use alloc::string::String;

use super::effective::Effective;
use crate::secret::Text;
use crate::syntax::libpq::push_value;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut text = Text::default();
    let mut joint = "";
    for parameter in &effective.parameters {
        let mut value = String::new();
        push_value(parameter.reveal(), &mut value);
        text = text.and(joint).and(parameter.keyword.name).and("=");
        text = text.and_text(parameter.written(value));
        joint = " ";
    }
    text.and("\n")
}
