//! `cargo xtask screenshots`: takes the pictures in `docs/screenshots/`, and `web/card.png`.
//!
//! Needs the site in `dist/` (`cargo xtask build`), Chromium and its WebDriver.

#[allow(dead_code, reason = "the browser's tests use the rest")]
mod built;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod chromium;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod package;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod page;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod site;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod states;

use std::fs;
use std::io::Cursor;
use std::path::Path;

use color_quant::NeuQuant;
use png::{ColorType, Compression, Decoder, Encoder, Transformations};
use serde_json::json;

use crate::page::Page;
use crate::states::{State, View};

const STATES: [(&str, State); 4] = [
    ("empty", State::Empty),
    ("good", State::Good),
    ("warning", State::Warning),
    ("error", State::Error),
];

const WIDE: u32 = 1280;
const NARROW: u32 = 320;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = site::root().join("docs/screenshots");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let page = Page::open().await;
    for (nth, (name, state)) in STATES.into_iter().enumerate() {
        page.visit(&format!("{}?{nth}", site::address())).await;
        state.reach(&page).await;
        // What was pressed last would have a ring, and the mouse would light up what is below it.
        page.run("document.activeElement.blur(); scrollTo(0, 0)", Vec::new()).await;
        let away = json!({ "type": "mouseMoved", "x": 0, "y": 0 });
        page.chromium.devtools("Input.dispatchMouseEvent", away).await;
        page.chromium.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
        for (scheme, width) in [("light", WIDE), ("dark", WIDE), ("light", NARROW)] {
            View::new(scheme, width).pretend(&page).await;
            let file = match width {
                NARROW => format!("{name}-narrow.png"),
                _ => format!("{name}-{scheme}.png"),
            };
            take(&page, &folder.join(file)).await;
        }
    }
    // The last state once more, of the size that is shown beside a link to the page.
    let card = json!({ "width": 1200, "height": 630, "deviceScaleFactor": 1, "mobile": false });
    View::new("light", WIDE).pretend(&page).await;
    page.chromium.devtools("Emulation.setDeviceMetricsOverride", card).await;
    take(&page, &site::root().join("web/card.png")).await;
    page.close().await;
}

async fn take(page: &Page, file: &Path) {
    let picture = page.client.screenshot().await.expect("a picture is taken");
    let picture = small(&picture);
    println!("{}: {} bytes", file.display(), picture.len());
    fs::write(file, picture).expect("the picture can be written");
}

/// The same picture in 256 colours, a third of the size.
fn small(picture: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(Cursor::new(picture));
    decoder.set_transformations(Transformations::ALPHA | Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("it is a picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it fits into memory")];
    let info = reader.next_frame(&mut pixels).expect("it is a whole picture");
    let colours = NeuQuant::new(3, 256, &pixels);
    let indices: Vec<u8> = pixels.chunks_exact(4).map(|it| colours.index_of(it) as u8).collect();

    let mut small = Vec::new();
    let mut encoder = Encoder::new(&mut small, info.width, info.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_compression(Compression::High);
    encoder.set_palette(colours.color_map_rgb());
    let mut writer = encoder.write_header().expect("memory can be written");
    writer.write_image_data(&indices).expect("there is an index for each pixel");
    writer.finish().expect("memory can be written");
    small
}
