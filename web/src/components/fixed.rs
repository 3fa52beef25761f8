//! The parts that never change: plain HTML, a tenth of the bytes of drawing them from here.

use yew::prelude::*;

pub(crate) fn anatomy() -> Html {
    fixed(include_str!("anatomy.html"))
}

pub(crate) fn eye() -> Html {
    fixed(include_str!("eye.svg"))
}

pub(crate) fn footer() -> Html {
    fixed(include_str!("footer.html"))
}

pub(crate) fn header() -> Html {
    fixed(include_str!("header.html"))
}

pub(crate) fn timeline() -> Html {
    fixed(include_str!("timeline.html"))
}

fn fixed(html: &'static str) -> Html {
    Html::from_html_unchecked(AttrValue::Static(html))
}
