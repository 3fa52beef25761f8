//! What the evaluator says of a settings module, against what CPython says.

use dsnlens_settings::{Data, Module, Value};
use serde_json::{Map, Value as Json, json};

/// A value as the recordings write it.
pub fn json(value: &Value) -> Json {
    match &value.data {
        Data::None => Json::Null,
        Data::Bool(it) => json!(it),
        Data::Int(it) => json!(it),
        Data::BigInt(it) => json!({"$bigint": it}),
        Data::Float(it) => json!(it),
        Data::Str(it) => json!(it),
        Data::Path(it) => json!({"$path": it}),
        Data::List(items) | Data::Tuple(items) => items.iter().map(json).collect(),
        Data::Dict { entries, more } => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = match &key.data {
                    Data::Str(key) => key.clone(),
                    _ => json(key).to_string(),
                };
                map.insert(key, json(value));
            }
            if more.is_some() {
                map.insert("$more".into(), json!(true));
            }
            Json::Object(map)
        }
        Data::Unknown { why, .. } => json!({"$unknown": why}),
        _ => json!({"$unknown": "other"}),
    }
}

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is known, and right.
    Equal,
    /// What is known is right.
    Unknown,
    /// Something that is known is wrong.
    Wrong,
}

/// What is known must be right; what is not known may be anything.
pub fn compare(found: &Json, expected: &Json) -> Verdict {
    match (found, expected) {
        (Json::Object(map), _) if map.contains_key("$unknown") => Verdict::Unknown,
        (Json::Object(a), Json::Object(b)) => {
            let mut verdict = Verdict::Equal;
            let is_open = a.contains_key("$more");
            for (key, value) in a.iter().filter(|it| it.0 != "$more") {
                let own = match b.get(key) {
                    Some(other) => compare(value, other),
                    None if value.get("$unknown").is_some() => Verdict::Unknown,
                    None => Verdict::Wrong,
                };
                match own {
                    Verdict::Wrong => return Verdict::Wrong,
                    Verdict::Unknown => verdict = Verdict::Unknown,
                    Verdict::Equal => {}
                }
            }
            if is_open {
                return Verdict::Unknown;
            }
            if b.keys().any(|it| !a.contains_key(it)) {
                return Verdict::Wrong;
            }
            if verdict == Verdict::Equal && !a.keys().eq(b.keys()) {
                return Verdict::Wrong;
            }
            verdict
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let all = a.iter().zip(b).map(|(a, b)| compare(a, b));
            all.fold(Verdict::Equal, |one, other| match (one, other) {
                (Verdict::Wrong, _) | (_, Verdict::Wrong) => Verdict::Wrong,
                (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
                _ => Verdict::Equal,
            })
        }
        _ if found == expected => Verdict::Equal,
        // serde_json reads the last bit of a float otherwise than Python.
        (Json::Number(a), Json::Number(b)) if a.is_f64() && b.is_f64() => {
            let (a, b) = (a.as_f64().unwrap_or(0.0), b.as_f64().unwrap_or(1.0));
            if (a - b).abs() <= a.abs() * 1e-15 { Verdict::Equal } else { Verdict::Wrong }
        }
        _ => Verdict::Wrong,
    }
}

/// The worst of several.
pub fn worst(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    verdicts.into_iter().fold(Verdict::Equal, |one, other| match (one, other) {
        (Verdict::Wrong, _) | (_, Verdict::Wrong) => Verdict::Wrong,
        (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
        _ => Verdict::Equal,
    })
}

/// The answer as the recordings write it.
pub fn outcome(module: &Module) -> Json {
    if let Some(exception) = &module.exception {
        let message = exception.message.as_ref().map_or(json!({"$unknown": ""}), json);
        return json!({"error": {"type": exception.class, "message": message,
            "line": exception.place.line}});
    }
    json!({
        "DATABASES": module.databases.as_ref().map_or(Json::Null, json),
        "DEBUG": module.debug.as_ref().map_or(Json::Null, json),
    })
}

/// The same with the keys of each dictionary in the order of their names.
fn ordered(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|it| it.0);
            entries.into_iter().map(|(key, value)| (key.clone(), ordered(value))).collect()
        }
        Json::Array(items) => items.iter().map(ordered).collect(),
        other => other.clone(),
    }
}

/// A module's answer against Python's.
pub fn judge(module: &Module, expected: &Json) -> Verdict {
    match judge_in_order(module, &outcome(module), expected) {
        // A key that may have been there is where it may have been.
        Verdict::Wrong if module.has_forked => {
            match judge_in_order(module, &ordered(&outcome(module)), &ordered(expected)) {
                Verdict::Equal => Verdict::Unknown,
                other => other,
            }
        }
        other => other,
    }
}

fn judge_in_order(module: &Module, found: &Json, expected: &Json) -> Verdict {
    match (found.get("error"), expected.get("error")) {
        (None, None) => worst(
            ["DATABASES", "DEBUG"]
                .map(|it| compare(&found[it], expected.get(it).unwrap_or(&Json::Null))),
        ),
        // Something before it may have been raised instead.
        (Some(_), _) if !module.assumed.is_empty() => match compare(found, expected) {
            Verdict::Wrong => Verdict::Unknown,
            other => other,
        },
        (Some(_), Some(_)) => compare(found, expected),
        // What is unknown may be an exception.
        (None, Some(_)) => {
            let is_open = !module.unknown.is_empty() || !module.assumed.is_empty();
            if is_open { Verdict::Unknown } else { Verdict::Wrong }
        }
        (Some(_), None) => Verdict::Wrong,
    }
}
