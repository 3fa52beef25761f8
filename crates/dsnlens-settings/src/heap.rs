//! What can change: lists, dictionaries, scopes. Every change is undone where a branch may not have
//! been taken, and what two branches leave behind differently is unknown.

use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::eval::{Eval, Flow};
use crate::operators::may_be_absent;
use crate::value::{Items, Key, Kind, Map, Obj, Object, Site, Val, Why};

/// How to take back a change.
pub(crate) enum Undo {
    Set(Obj, usize, (Val, Val)),
    Push(Obj, Key),
    Delete(Obj, usize, (Val, Val), Key),
    List(Obj, Items),
    Open(Obj, Option<Rc<Why>>),
}

/// What can change on its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loc {
    Slot(Obj, Key),
    Open(Obj),
    List(Obj),
}

/// What lies there.
#[derive(Clone)]
pub(crate) enum Content {
    Slot(Option<(Val, Val)>),
    Open(Option<Rc<Why>>),
    List(Items),
}

pub(crate) type Changes = BTreeMap<Loc, Content>;

/// An open branch: the length of the journal and of the heap where it began.
#[derive(Clone, Copy)]
pub(crate) struct Fork {
    mark: usize,
    heap: usize,
}

/// So many values that were replaced are kept of a dictionary.
const MOST_BEFORE: usize = 50;

impl Eval<'_> {
    pub(crate) fn new_map(&mut self, map: Map) -> Obj {
        self.spend(1 + map.slots.len());
        self.heap.push(Object::Map(map));
        self.heap.len() - 1
    }

    pub(crate) fn new_list(&mut self, values: Vec<Val>, site: Site) -> Val {
        self.spend(1 + values.len());
        self.heap.push(Object::List(Items { values: Rc::new(values), open: None }));
        Val::new(Kind::List(self.heap.len() - 1), site)
    }

    pub(crate) fn new_dict(&mut self, pairs: Vec<(Val, Val)>, site: Site) -> Val {
        let map = self.new_map(Map::default());
        for (key, value) in pairs {
            if let Some(id) = self.key(&key) {
                self.put(map, id, key, value);
            }
        }
        Val::new(Kind::Dict(map), site)
    }

    pub(crate) fn map(&self, obj: Obj) -> Option<&Map> {
        match self.heap.get(obj) {
            Some(Object::Map(map)) => Some(map),
            _ => None,
        }
    }

    fn map_mut(&mut self, obj: Obj) -> Option<&mut Map> {
        match self.heap.get_mut(obj) {
            Some(Object::Map(map)) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn items(&self, obj: Obj) -> Items {
        match self.heap.get(obj) {
            Some(Object::List(items)) => items.clone(),
            _ => Items::default(),
        }
    }

    pub(crate) fn entry(&self, obj: Obj, key: &Key) -> Option<Val> {
        self.map(obj)?.get(key).cloned()
    }

    fn log(&mut self, undo: Undo) {
        if !self.forks.is_empty() {
            self.journal.push(undo);
        }
    }

    pub(crate) fn put(&mut self, obj: Obj, id: Key, key: Val, value: Val) {
        self.spend(1);
        // Where it is not known whether a branch is taken, what it leaves behind is merged.
        let keeps = self.forks.is_empty();
        let Some(map) = self.map_mut(obj) else { return };
        let slot = map.index.get(&id).copied();
        match slot.and_then(|slot| Some((slot, map.slots.get_mut(slot)?))) {
            Some((slot, place)) => {
                // Python keeps the key that was there.
                let key = place.as_ref().map_or(key, |it| it.0.clone());
                if let Some(old) = place.replace((key, value)) {
                    let is_unsure = may_be_absent(&old.1);
                    if keeps && map.before.len() < MOST_BEFORE {
                        map.before.push((slot, old.1.clone()));
                    }
                    self.log(Undo::Set(obj, slot, old));
                    // Where it is absent it comes last now.
                    self.has_forked |= is_unsure;
                }
            }
            None => {
                map.index.insert(id.clone(), map.slots.len());
                map.slots.push(Some((key, value)));
                self.log(Undo::Push(obj, id));
            }
        }
    }

    pub(crate) fn delete(&mut self, obj: Obj, id: &Key) -> Option<Val> {
        self.spend(1);
        let map = self.map_mut(obj)?;
        let slot = map.index.remove(id)?;
        let old = map.slots.get_mut(slot)?.take()?;
        let value = old.1.clone();
        self.log(Undo::Delete(obj, slot, old, id.clone()));
        Some(value)
    }

    pub(crate) fn set_list(&mut self, obj: Obj, items: Items) {
        self.spend(1 + items.values.len());
        if let Some(Object::List(place)) = self.heap.get_mut(obj) {
            let old = core::mem::replace(place, items);
            self.log(Undo::List(obj, old));
        }
    }

    pub(crate) fn set_open(&mut self, obj: Obj, why: Option<Rc<Why>>) {
        let Some(map) = self.map_mut(obj) else { return };
        let old = core::mem::replace(&mut map.open, why);
        self.log(Undo::Open(obj, old));
    }

    /// Anything may be in it from now on, and in what it holds.
    pub(crate) fn havoc(&mut self, value: &Val, why: &Rc<Why>) {
        let mut open = alloc::vec![value.clone()];
        let mut seen = BTreeSet::new();
        while let Some(value) = open.pop() {
            if !self.spend(1) {
                return;
            }
            match &value.kind {
                Kind::List(obj)
                | Kind::Dict(obj)
                | Kind::Set(obj)
                | Kind::File(obj)
                | Kind::Object(_, obj)
                    if seen.insert(*obj) =>
                {
                    self.havoc_object(*obj, why, &mut open);
                }
                Kind::Tuple(items) => open.extend(items.iter().cloned()),
                Kind::Unknown(other) => {
                    for obj in other.touches.clone() {
                        if seen.insert(obj) {
                            self.havoc_object(obj, why, &mut open);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn havoc_object(&mut self, obj: Obj, why: &Rc<Why>, open: &mut Vec<Val>) {
        match self.heap.get(obj) {
            Some(Object::List(items)) => {
                open.extend(items.values.iter().cloned());
                let values = Rc::new(Vec::new());
                self.set_list(obj, Items { values, open: Some(Rc::clone(why)) });
            }
            Some(Object::Map(map)) => {
                let entries: Vec<_> = map.entries().cloned().collect();
                let absent = Rc::new(Why { may_be_absent: true, ..(**why).clone() });
                for (key, value) in entries {
                    open.push(value);
                    if let Some(id) = self.key(&key) {
                        self.put(obj, id, key, Val::unknown(&absent));
                    }
                }
                self.set_open(obj, Some(Rc::clone(why)));
            }
            None => {}
        }
    }

    pub(crate) fn begin(&mut self) -> Fork {
        let fork = Fork { mark: self.journal.len(), heap: self.heap.len() };
        self.forks.push(fork);
        fork
    }

    pub(crate) fn end(&mut self) {
        self.forks.pop();
        if self.forks.is_empty() {
            self.journal.clear();
        }
    }

    fn content(&self, loc: &Loc) -> Content {
        match loc {
            Loc::Slot(obj, key) => Content::Slot(self.map(*obj).and_then(|map| {
                let slot = *map.index.get(key)?;
                map.slots.get(slot)?.clone()
            })),
            Loc::Open(obj) => Content::Open(self.map(*obj).and_then(|it| it.open.clone())),
            Loc::List(obj) => Content::List(self.items(*obj)),
        }
    }

    fn loc(&self, undo: &Undo) -> Option<Loc> {
        match undo {
            Undo::Set(obj, _, (key, _)) => Some(Loc::Slot(*obj, self.key(key)?)),
            Undo::Push(obj, id) | Undo::Delete(obj, _, _, id) => Some(Loc::Slot(*obj, id.clone())),
            Undo::List(obj, _) => Some(Loc::List(*obj)),
            Undo::Open(obj, _) => Some(Loc::Open(*obj)),
        }
    }

    fn object_of(undo: &Undo) -> Obj {
        match undo {
            Undo::Set(obj, ..)
            | Undo::Push(obj, _)
            | Undo::Delete(obj, ..)
            | Undo::List(obj, _)
            | Undo::Open(obj, _) => *obj,
        }
    }

    /// What has changed since, with what lies there now.
    pub(crate) fn changes(&mut self, fork: Fork) -> Changes {
        let mut changes = Changes::new();
        let since = self.journal.get(fork.mark..).unwrap_or(&[]);
        let length = since.len();
        let locs: Vec<_> = since
            .iter()
            .filter(|it| Self::object_of(it) < fork.heap)
            .filter_map(|it| self.loc(it))
            .collect();
        for loc in locs {
            if let Entry::Vacant(place) = changes.entry(loc) {
                let content = self.content(place.key());
                place.insert(content);
            }
        }
        self.spend(length);
        changes
    }

    /// Takes back everything since; what lay there before and now.
    pub(crate) fn rollback(&mut self, fork: Fork) -> Changes {
        let changes = self.changes(fork);
        let since = self.journal.split_off(fork.mark.min(self.journal.len()));
        for undo in since.into_iter().rev() {
            if Self::object_of(&undo) >= fork.heap {
                continue;
            }
            match undo {
                Undo::Set(obj, slot, old) => {
                    if let Some(place) = self.map_mut(obj).and_then(|it| it.slots.get_mut(slot)) {
                        *place = Some(old);
                    }
                }
                Undo::Push(obj, id) => {
                    if let Some(map) = self.map_mut(obj) {
                        map.index.remove(&id);
                        map.slots.pop();
                    }
                }
                Undo::Delete(obj, slot, old, id) => {
                    if let Some(map) = self.map_mut(obj) {
                        map.index.insert(id, slot);
                        if let Some(place) = map.slots.get_mut(slot) {
                            *place = Some(old);
                        }
                    }
                }
                Undo::List(obj, old) => {
                    if let Some(Object::List(place)) = self.heap.get_mut(obj) {
                        *place = old;
                    }
                }
                Undo::Open(obj, old) => {
                    if let Some(map) = self.map_mut(obj) {
                        map.open = old;
                    }
                }
            }
        }
        changes
    }

    fn apply(&mut self, loc: &Loc, content: Content) {
        match (loc, content) {
            (Loc::Slot(obj, id), Content::Slot(Some((key, value)))) => {
                self.put(*obj, id.clone(), key, value);
            }
            (Loc::Slot(obj, id), Content::Slot(None)) => {
                self.delete(*obj, id);
            }
            (Loc::Open(obj), Content::Open(why)) => self.set_open(*obj, why),
            (Loc::List(obj), Content::List(items)) => self.set_list(*obj, items),
            _ => {}
        }
    }

    pub(crate) fn apply_all(&mut self, changes: &Changes) {
        for (loc, content) in changes {
            self.apply(loc, content.clone());
        }
    }

    /// The state is that of one branch; `other` is what the other one left.
    fn merge_states(&mut self, fork: Fork, other: &Changes, why: &Rc<Why>) {
        let own = self.changes(fork);
        // What lay there before either: what the other branch has not touched.
        let kept = self.originals(fork, &own);
        let mut memo = BTreeMap::new();
        let locs: BTreeSet<_> = own.keys().chain(other.keys()).cloned().collect();
        for loc in locs {
            let mine = own.get(&loc).cloned().unwrap_or_else(|| self.content(&loc));
            let theirs = match (other.get(&loc), kept.get(&loc)) {
                (Some(content), _) | (None, Some(content)) => content.clone(),
                (None, None) => continue,
            };
            let merged = match (mine, theirs) {
                (Content::Slot(Some((key, mine))), Content::Slot(Some((_, theirs)))) => {
                    let value = self.merge(&mine, &theirs, why, fork.heap, &mut memo);
                    Content::Slot(Some((key, value)))
                }
                (Content::Slot(Some((key, value))), Content::Slot(None))
                | (Content::Slot(None), Content::Slot(Some((key, value)))) => {
                    let touches = self.touches(&[&value]);
                    let why = Why { may_be_absent: true, touches, ..(**why).clone() };
                    Content::Slot(Some((key, Val::unknown(&Rc::new(why)))))
                }
                (Content::Open(mine), Content::Open(theirs)) => Content::Open(mine.or(theirs)),
                (Content::List(mine), Content::List(theirs)) => {
                    let is_same = mine.open.is_none()
                        && theirs.open.is_none()
                        && mine.values.len() == theirs.values.len();
                    match is_same {
                        true => {
                            let pairs = mine.values.iter().zip(theirs.values.iter());
                            let values = pairs
                                .map(|(a, b)| self.merge(a, b, why, fork.heap, &mut memo))
                                .collect();
                            Content::List(Items { values: Rc::new(values), open: None })
                        }
                        false => Content::List(Items {
                            values: Rc::new(Vec::new()),
                            open: Some(Rc::clone(why)),
                        }),
                    }
                }
                (mine, _) => mine,
            };
            self.apply(&loc, merged);
        }
    }

    /// What lay in places before they were changed.
    pub(crate) fn originals(&self, fork: Fork, places: &Changes) -> Changes {
        let mut kept = Changes::new();
        for undo in self.journal.get(fork.mark..).unwrap_or(&[]) {
            if Self::object_of(undo) >= fork.heap {
                continue;
            }
            let Some(loc) = self.loc(undo) else { continue };
            if !places.contains_key(&loc) || kept.contains_key(&loc) {
                continue;
            }
            let content = match undo {
                Undo::Set(_, _, old) | Undo::Delete(_, _, old, _) => {
                    Content::Slot(Some(old.clone()))
                }
                Undo::Push(..) => Content::Slot(None),
                Undo::List(_, old) => Content::List(old.clone()),
                Undo::Open(_, old) => Content::Open(old.clone()),
            };
            kept.insert(loc, content);
        }
        kept
    }

    /// What can be changed through these values.
    pub(crate) fn touches(&self, values: &[&Val]) -> Vec<Obj> {
        let mut touches = Vec::new();
        for value in values {
            match &value.kind {
                Kind::List(obj)
                | Kind::Dict(obj)
                | Kind::Set(obj)
                | Kind::Object(_, obj)
                | Kind::File(obj) => touches.push(*obj),
                Kind::Unknown(why) => touches.extend(&why.touches),
                Kind::Tuple(items) => {
                    for item in items.iter().take(16) {
                        if let Kind::List(obj) | Kind::Dict(obj) = item.kind {
                            touches.push(obj);
                        }
                    }
                }
                _ => {}
            }
        }
        touches.sort_unstable();
        touches.dedup();
        touches.truncate(64);
        touches
    }

    /// One value for two: what differs is unknown.
    pub(crate) fn merge(
        &mut self,
        mine: &Val,
        theirs: &Val,
        why: &Rc<Why>,
        heap: usize,
        memo: &mut BTreeMap<(Obj, Obj), Val>,
    ) -> Val {
        if !self.spend(1) || self.depth > crate::eval::MAX_DEPTH {
            return Val::unknown(why);
        }
        let same = match (&mine.kind, &theirs.kind) {
            (Kind::None, Kind::None) | (Kind::Ellipsis, Kind::Ellipsis) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Int(a), Kind::Int(b)) => a == b,
            (Kind::Float(a), Kind::Float(b)) => a.to_bits() == b.to_bits(),
            (Kind::Str(a), Kind::Str(b)) | (Kind::Path(a), Kind::Path(b)) => a == b,
            (Kind::Bytes(a), Kind::Bytes(b)) => a == b,
            (Kind::Native(a), Kind::Native(b)) => core::ptr::eq(*a, *b),
            (Kind::Type(a), Kind::Type(b)) => core::ptr::eq(*a, *b),
            (Kind::Module(a), Kind::Module(b)) => core::ptr::eq(*a, *b),
            (Kind::Function(a), Kind::Function(b)) => Rc::ptr_eq(a, b),
            (Kind::Own(a), Kind::Own(b)) => Rc::ptr_eq(a, b),
            (Kind::File(a), Kind::File(b))
            | (Kind::List(a), Kind::List(b))
            | (Kind::Dict(a), Kind::Dict(b))
            | (Kind::Set(a), Kind::Set(b))
            | (Kind::Object(_, a), Kind::Object(_, b)) => a == b,
            (Kind::Unknown(_), _) => return self.with_touches(mine, theirs),
            (_, Kind::Unknown(_)) => return self.with_touches(theirs, mine),
            _ => false,
        };
        if same {
            return mine.clone();
        }
        self.depth += 1;
        let merged = self.merge_new(mine, theirs, why, heap, memo);
        self.depth -= 1;
        merged.unwrap_or_else(|| {
            let touches = self.touches(&[mine, theirs]);
            Val::unknown(&Rc::new(Why { touches, ..(**why).clone() }))
        })
    }

    fn with_touches(&self, unknown: &Val, other: &Val) -> Val {
        let touches = self.touches(&[unknown, other]);
        match unknown.why() {
            Some(why) => Val::unknown(&Rc::new(Why { touches, ..(**why).clone() })),
            None => unknown.clone(),
        }
    }

    /// Two values that were made in the branches, entry by entry.
    fn merge_new(
        &mut self,
        mine: &Val,
        theirs: &Val,
        why: &Rc<Why>,
        heap: usize,
        memo: &mut BTreeMap<(Obj, Obj), Val>,
    ) -> Option<Val> {
        match (&mine.kind, &theirs.kind) {
            (Kind::Tuple(a), Kind::Tuple(b)) if a.len() == b.len() => {
                let pairs = a.iter().zip(b.iter());
                let items: Vec<_> = pairs.map(|(a, b)| self.merge(a, b, why, heap, memo)).collect();
                Some(Val::new(Kind::Tuple(items.into()), mine.site))
            }
            (Kind::Dict(a), Kind::Dict(b)) if *a >= heap && *b >= heap => {
                if let Some(known) = memo.get(&(*a, *b)) {
                    return Some(known.clone());
                }
                let (first, second) = (self.map(*a)?.clone(), self.map(*b)?.clone());
                let new = self.new_map(Map::default());
                let merged = Val::new(Kind::Dict(new), mine.site);
                memo.insert((*a, *b), merged.clone());
                self.set_open(new, first.open.clone().or_else(|| second.open.clone()));
                for (key, value) in first.entries() {
                    let id = self.key(key)?;
                    let value = match second.get(&id) {
                        Some(other) => self.merge(value, other, why, heap, memo),
                        None => self.absent(value, why),
                    };
                    self.put(new, id, key.clone(), value);
                }
                for (key, value) in second.entries() {
                    let id = self.key(key)?;
                    if first.get(&id).is_none() {
                        let value = self.absent(value, why);
                        self.put(new, id, key.clone(), value);
                    }
                }
                Some(merged)
            }
            (Kind::List(a), Kind::List(b)) if *a >= heap && *b >= heap => {
                if let Some(known) = memo.get(&(*a, *b)) {
                    return Some(known.clone());
                }
                let (first, second) = (self.items(*a), self.items(*b));
                if first.values.len() != second.values.len()
                    || first.open.is_some()
                    || second.open.is_some()
                {
                    return None;
                }
                let merged = self.new_list(Vec::new(), mine.site);
                memo.insert((*a, *b), merged.clone());
                let pairs = first.values.iter().zip(second.values.iter());
                let values = pairs.map(|(a, b)| self.merge(a, b, why, heap, memo)).collect();
                if let Kind::List(new) = merged.kind {
                    self.set_list(new, Items { values: Rc::new(values), open: None });
                }
                Some(merged)
            }
            _ => None,
        }
    }

    fn absent(&self, value: &Val, why: &Rc<Why>) -> Val {
        let touches = self.touches(&[value]);
        Val::unknown(&Rc::new(Why { may_be_absent: true, touches, ..(**why).clone() }))
    }

    /// Follows both branches of what is not known.
    pub(crate) fn fork(
        &mut self,
        why: &Rc<Why>,
        first: impl FnOnce(&mut Self) -> Flow,
        second: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        let fork = self.begin();
        let flow = first(self);
        let theirs = self.rollback(fork);
        let other = second(self);
        self.join_flows(fork, why, flow, theirs, other)
    }

    /// Goes back to the state that the first branch left; what the second one did.
    pub(crate) fn swap(&mut self, fork: Fork, first: &Changes) -> Changes {
        let changes = self.rollback(fork);
        self.apply_all(first);
        changes
    }

    /// One flow for two. The state is the second branch's; `theirs` is what the first one did.
    pub(crate) fn join_flows(
        &mut self,
        fork: Fork,
        why: &Rc<Why>,
        first: Flow,
        theirs: Changes,
        second: Flow,
    ) -> Flow {
        self.has_forked = true;
        let is_jump = |flow: &Flow| matches!(flow, Flow::Break | Flow::Continue);
        self.is_loop_lost |= is_jump(&first) || is_jump(&second);
        let plain = |flow: Flow| if is_jump(&flow) { Flow::Normal } else { flow };
        let flow = match (plain(first), plain(second)) {
            (Flow::Raise(a), Flow::Raise(b)) => {
                self.merge_states(fork, &theirs, why);
                let is_same = a.class.line.first() == b.class.line.first()
                    && a.site == b.site
                    && a.unknown.is_none();
                Flow::Raise(if is_same { b } else { self.some_exception(why) })
            }
            (Flow::Raise(exception), other) => {
                self.may_raise_if(&exception, why, Some(why));
                other
            }
            (other, Flow::Raise(exception)) => {
                self.swap(fork, &theirs);
                self.may_raise_if(&exception, why, Some(why));
                other
            }
            (Flow::Return(a), Flow::Return(b)) => {
                self.merge_states(fork, &theirs, why);
                Flow::Return(self.merge(&a, &b, why, fork.heap, &mut BTreeMap::new()))
            }
            (first, second) => {
                if matches!(first, Flow::Return(_)) || matches!(second, Flow::Return(_)) {
                    self.lost_return = Some(Rc::clone(why));
                }
                self.merge_states(fork, &theirs, why);
                Flow::Normal
            }
        };
        self.end();
        flow
    }

    /// Everything that a piece of code may change is unknown: it is run until nothing new changes.
    pub(crate) fn havoc_code(
        &mut self,
        why: &Rc<Why>,
        mut run: impl FnMut(&mut Self) -> Flow,
    ) -> Flow {
        let mut has_returned = false;
        for _ in 0..4 {
            let fork = self.begin();
            match run(self) {
                Flow::Raise(exception) => self.may_raise(&exception, why),
                Flow::Return(_) => has_returned = true,
                _ => {}
            }
            let changes = self.changes(fork);
            let kept = self.originals(fork, &changes);
            let mut is_new = false;
            for (loc, content) in changes {
                let was = kept.get(&loc).cloned();
                is_new |= self.havoc_place(&loc, content, was, why);
            }
            self.end();
            if !is_new {
                if has_returned {
                    self.lost_return = Some(Rc::clone(why));
                }
                return Flow::Normal;
            }
        }
        self.lose(why);
        Flow::Normal
    }

    /// Whether what lay there was known before.
    pub(crate) fn havoc_place(
        &mut self,
        loc: &Loc,
        content: Content,
        was: Option<Content>,
        why: &Rc<Why>,
    ) -> bool {
        match (loc, content) {
            (Loc::Slot(obj, id), Content::Slot(it)) => {
                let (old, is_known) = match was {
                    Some(Content::Slot(old)) => {
                        let is_known = old.as_ref().is_none_or(|it| it.1.why().is_none());
                        (old, is_known)
                    }
                    _ => (None, true),
                };
                let Some((key, value)) = it.or(old) else { return false };
                let touches = self.touches(&[&value]);
                let why = Why { may_be_absent: true, touches, ..(**why).clone() };
                self.put(*obj, id.clone(), key, Val::unknown(&Rc::new(why)));
                is_known
            }
            (Loc::List(obj), Content::List(_)) => {
                let is_known = !matches!(&was, Some(Content::List(it)) if it.open.is_some());
                let items = Items { values: Rc::new(Vec::new()), open: Some(Rc::clone(why)) };
                self.set_list(*obj, items);
                is_known
            }
            (Loc::Open(obj), Content::Open(_)) => {
                let is_known = !matches!(&was, Some(Content::Open(Some(_))));
                self.set_open(*obj, Some(Rc::clone(why)));
                is_known
            }
            _ => false,
        }
    }
}
