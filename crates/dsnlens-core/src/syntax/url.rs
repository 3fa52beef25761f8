//! The URL splitters of languages and libraries: where each ends a part. They decode nothing.

pub mod sqlalchemy;
