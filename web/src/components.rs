//! What the page is made of, one part a file.
//!
//! Parts are functions over the answer: only the page itself has state, and a component's worth
//! of bytes.

pub(crate) mod chips;
pub(crate) mod clients;
pub(crate) mod controls;
pub(crate) mod copy;
pub(crate) mod dotenv_panel;
pub(crate) mod editor;
pub(crate) mod export;
pub(crate) mod fields_panel;
pub(crate) mod findings;
pub(crate) mod fix;
pub(crate) mod fixed;
pub(crate) mod history;
pub(crate) mod live;
pub(crate) mod message;
pub(crate) mod parts;
pub(crate) mod pooling;
pub(crate) mod prose;
pub(crate) mod reading;
pub(crate) mod recipe_panel;
pub(crate) mod recognised;
pub(crate) mod refusal;
pub(crate) mod reveal;
pub(crate) mod rule_page;
pub(crate) mod settings;
pub(crate) mod settings_panel;
pub(crate) mod share;
pub(crate) mod ssl_mode;
pub(crate) mod tabs;
pub(crate) mod text_field;
pub(crate) mod unknown;
pub(crate) mod unrecognized;
pub(crate) mod url_panel;
pub(crate) mod verdict;
