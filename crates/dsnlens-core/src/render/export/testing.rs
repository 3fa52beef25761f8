//! How the exports' tests write one, and read it back.

use alloc::string::String;
use alloc::vec::Vec;

use super::Export;
use super::effective::Effective;
use crate::inputs::Inputs;
use crate::recipe::Recipe;
use crate::resolution::{Resolution, resolve};

/// An export of what `variables` come to in production, secrets included.
#[track_caller]
pub(super) fn written(export: Export, variables: &[(&str, &str)]) -> String {
    let inputs = Inputs::new(variables.iter().copied()).with_debug(false);
    let recipe = Recipe::default();
    let text = export.write(&resolve(&inputs, &recipe), &inputs, &recipe);
    text.expect("there is something to export").reveal()
}

/// What an answer comes to: keywords and texts.
pub(super) fn said(resolution: &Resolution<'_>) -> Vec<(&'static str, String)> {
    assert!(resolution.refusal.is_none(), "{:?}", resolution.refusal);
    let (inputs, recipe) = (Inputs::default(), Recipe::default());
    let effective = Effective::new(resolution, &inputs, &recipe);
    effective.parameters.iter().map(|it| (it.keyword.name, it.reveal().into())).collect()
}
