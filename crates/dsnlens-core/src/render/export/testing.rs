//! How the exports' tests write one, and read it back.

use alloc::string::String;
use alloc::vec::Vec;

use super::Export;
use super::effective::Effective;
use crate::inputs::Inputs;
use crate::question::Answer;
use crate::resolve;

/// An export of what `variables` come to in production, secrets included.
#[track_caller]
pub(super) fn written(export: Export, variables: &[(&str, &str)]) -> String {
    let inputs = Inputs::new(variables.iter().copied()).with_debug(false);
    export.write(&resolve(inputs)).expect("there is something to export").reveal()
}

/// What an answer comes to: keywords and texts.
pub(super) fn said(answer: &Answer<'_>) -> Vec<(&'static str, String)> {
    let refusal = &answer.resolution.refusal;
    assert!(refusal.is_none(), "{refusal:?}");
    let effective = Effective::new(answer);
    effective.parameters.iter().map(|it| (it.keyword.name, it.reveal().into())).collect()
}
