//! The URL splitters of languages and libraries: where each ends a part. They decode nothing.

pub mod ruby;
pub mod sqlalchemy;
