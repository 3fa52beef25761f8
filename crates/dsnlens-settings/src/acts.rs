//! What a module does that a rule may be about, noted where it is certain: not in a branch that may
//! not be taken.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use dsnlens_core::Span;
use dsnlens_core::clients::dj_database_url::SCHEMES;
use dsnlens_core::module::Deed;

use crate::answer::{Act, Data, Module, Place, Value};
use crate::eval::Eval;
use crate::libs::builtins::key;
use crate::value::{Args, Kind, Map, Obj, Site, Val};

/// As many as a rule speaks of.
const MOST: usize = 100;

/// Texts of variables that say no.
const NO: [&str; 10] = ["False", "false", "FALSE", "f", "F", "no", "No", "NO", "off", "0"];

impl Eval<'_> {
    fn is_certain(&self) -> bool {
        self.forks.is_empty() && self.is_followed()
    }

    pub(crate) fn is_environ(&self, obj: Obj) -> bool {
        self.map(obj).is_some_and(|it| it.is_environ)
    }

    pub(crate) fn note(&mut self, site: Site, deed: Deed) {
        self.note_if(site, deed, true);
    }

    fn note_if(&mut self, site: Site, deed: Deed, matters: bool) {
        let act = Act { place: self.place(site), deed, matters };
        if self.is_certain() && self.acts.len() < MOST && !self.acts.contains(&act) {
            self.acts.push(act);
        }
    }

    /// The variable whose whole text a value is.
    fn source_of(&self, value: &Val) -> Option<String> {
        let (text, [mark]) = (value.as_str()?, value.marks.as_deref()?) else { return None };
        let is_whole = mark.at == mark.span && mark.at == Span::new(0, text.len());
        is_whole.then(|| self.variable_name(mark.variable).to_string())
    }

    /// Whether a value is a text that says no, and that is certain.
    pub(crate) fn says_no(&self, value: &Val) -> bool {
        value.as_str().is_some_and(|it| NO.contains(&&**it)) && self.is_certain()
    }

    /// Notes a text that says no where its truth is asked; `matters` if what
    /// depends on it is about the database.
    pub(crate) fn note_truth(&mut self, value: &Val, call: Option<Site>, matters: bool) {
        let Some(text) = value.as_str().filter(|_| self.says_no(value)) else { return };
        let text = text.to_string();
        let Some(variable) = self.source_of(value) else { return };
        // What the expression is in, if it is the call's own argument.
        let is_inside = |site: &Site| {
            site.file == value.site.file
                && site.span.start < value.site.span.start
                && value.site.span.end < site.span.end
        };
        let call = call.filter(is_inside);
        let deed =
            Deed::TextIsTrue { variable, text, value: value.site.span, is_call: call.is_some() };
        self.note_if(call.unwrap_or(value.site), deed, matters);
    }

    /// Notes that a default is used for a variable.
    pub(crate) fn note_default(&mut self, variable: &str, default: &Val, site: Site) {
        let Some(text) = default.as_str() else { return };
        let scheme = text.split_once("://").map_or("", |it| it.0);
        let is_url = SCHEMES.iter().any(|it| it.name == scheme);
        if is_url && default.marks.is_none() && default.site.file == site.file {
            let value = default.site.span;
            self.note(site, Deed::Default { variable: variable.to_string(), value, is_url });
        }
    }

    /// Notes the arguments that are given by place.
    pub(crate) fn note_places(
        &mut self,
        function: &'static str,
        names: &[&'static str],
        args: &Args,
    ) {
        if args.list.len() < 4 {
            return;
        }
        let value = |it: &Val| (it.site.span, matches!(it.kind, Kind::Bool(true)));
        let values = args.list.iter().map(value).collect();
        let parameters = names.to_vec();
        self.note(args.site, Deed::Positional { function, parameters, values });
    }

    /// Notes an update of a database's settings that keeps the `OPTIONS` that were there.
    pub(crate) fn note_update(&mut self, target: &Val, other: &Val, site: Site) {
        let (Kind::Dict(target), Kind::Dict(other)) = (&target.kind, &other.kind) else { return };
        let (Some(old), Some(new)) = (self.map(*target), self.map(*other)) else { return };
        let engine = |map: &Map| {
            let engine = map.get(&key("ENGINE"));
            engine.and_then(|it| it.as_str()).map(|it| it.to_string())
        };
        let options = key("OPTIONS");
        let is_known = old.open.is_none() && new.open.is_none();
        let (Some(before), Some(after), None, true) =
            (engine(old), engine(new), new.get(&options), is_known)
        else {
            return;
        };
        let Some(Kind::Dict(kept)) = old.get(&options).map(|it| &it.kind) else { return };
        let names = self.map(*kept).into_iter().flat_map(Map::entries);
        let options: Vec<String> =
            names.filter_map(|it| it.0.as_str().map(|it| it.to_string())).take(20).collect();
        let written = self.text_of_site(site);
        let (Some(at), Some(_)) = (written.find(".update("), written.strip_suffix(')')) else {
            return;
        };
        let start = site.span.start;
        let deed = Deed::OptionsKept {
            target: Span::new(start, start + at),
            source: Span::new(start + at + ".update(".len(), site.span.end - 1),
            before,
            after,
            options,
        };
        self.note(site, deed);
    }

    /// Notes a percent-encoding of a URL that is read as it is.
    pub(crate) fn note_percent(&mut self, url: &Val, site: Site) {
        let (Some(text), Some(variable)) = (url.as_str(), self.source_of(url)) else { return };
        let is_hex = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
        let at = text.match_indices('%').map(|it| it.0).find(|at| is_hex(at + 1) && is_hex(at + 2));
        if let Some(at) = at {
            self.note(site, Deed::PercentKept { variable, span: Span::new(at, at + 3) });
        }
    }

    /// Notes what of the outcome is a text that says no, and leaves out what the outcome does not
    /// depend on.
    pub(crate) fn settle_acts(&mut self, module: &mut Module) {
        let mut acts = core::mem::take(&mut self.acts);
        let mut places = Vec::new();
        for value in module.debug.iter().chain(&module.databases) {
            places_in(value, 0, &mut places);
        }
        if let Some(call) = &module.call {
            places.extend([call.ssl_require, call.conn_health_checks]);
        }
        let is_near = |place: &Place| {
            places.iter().any(|it| it.file == place.file && it.span.overlaps(place.span))
        };
        acts.retain(|it| it.matters || is_near(&it.place));
        if let Some(debug) = &module.debug
            && let Data::Str(text) = &debug.data
            && NO.contains(&&**text)
            && let [from] = debug.from.as_slice()
        {
            let variable = self.variable_name(from.variable).to_string();
            let value = debug.place.span;
            let deed = Deed::TextIsTrue { variable, text: text.clone(), value, is_call: false };
            let act = Act { place: debug.place, deed, matters: true };
            if !acts.contains(&act) && !acts.iter().any(|it| it.place == act.place) {
                acts.push(act);
            }
        }
        module.acts = acts;
        module.pairs = core::mem::take(&mut self.pairs);
    }
}

/// Where a value and what is in it were made.
fn places_in(value: &Value, depth: usize, places: &mut Vec<Place>) {
    const DEEPEST: usize = 5;
    match &value.data {
        Data::Dict { entries, .. } => {
            if depth < DEEPEST {
                entries.iter().for_each(|it| places_in(&it.1, depth + 1, places));
            }
        }
        _ => places.push(value.place),
    }
}
