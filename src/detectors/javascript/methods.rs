//! What stands behind a value: members, calls, and methods of texts, lists and paths.

use std::ops::Range;
use std::rc::Rc;

use super::expressions::path_of;
use super::tokens::{Kind, Part, Token};
use super::value::{Import, Said, Value};
use super::walk::{Frame, Walk};
use crate::model::repository::folder_of;

/// The items that a function is called with.
const MOST_ITEMS: usize = 16;

/// The words that a list may come to.
const LONGEST_LIST: usize = 400;

/// A call at hand.
struct Call<'call> {
    /// What is called, and what it was taken from.
    value: Value,
    receiver: Option<Value>,
    /// The variable that it was taken from, and the names behind it.
    names: &'call [String],
    line: usize,
}

impl Walk<'_> {
    /// Goes through what stands behind an operand that began at a place.
    pub(super) fn behind(
        &mut self,
        frame: &mut Frame,
        value: Value,
        operand: Range<usize>,
        end: usize,
    ) -> (Value, usize) {
        let tokens = Rc::clone(&frame.tokens);
        let token = |at: usize| tokens.all.get(at).filter(|_| at < end);
        let mut names: Vec<String> =
            token(operand.start).and_then(Token::name).map(str::to_owned).into_iter().collect();
        let (mut value, mut next, mut receiver) = (value, operand.end, None);
        while let Some(here) = token(next) {
            let close = tokens.closed.get(&next).copied().unwrap_or(end);
            match &here.kind {
                Kind::Sign("." | "?.") => {
                    let name = token(next + 1).and_then(Token::name);
                    receiver = Some(value.clone());
                    value = name.map_or(value.clone(), |name| self.named_member(frame, &value, &names, name));
                    names.extend(name.map(str::to_owned));
                    next += 1 + usize::from(name.is_some());
                }
                Kind::Sign("[") if !here.is_first => {
                    let key = self.list(frame, next + 1, close).pop();
                    let name = key.map_or_else(String::new, |key| key.word().text);
                    value = self.member(&value, &name);
                    next = close + 1;
                }
                Kind::Sign("(") if !here.is_first || matches!(value, Value::Function(_)) => {
                    let arguments = self.list(frame, next + 1, close);
                    let line = here.line;
                    let call = Call { value, receiver: receiver.take(), names: &names, line };
                    value = self.called(frame, call, &arguments);
                    names.clear();
                    next = close + 1;
                }
                Kind::Template(parts) if !here.is_first => {
                    self.tagged(frame, &value, parts, here.line);
                    value = Value::unknown("");
                    next += 1;
                }
                Kind::Sign("!") if !here.is_first => next += 1,
                Kind::Sign("++" | "--") => next += 1,
                Kind::Name(_) | Kind::Text(_) | Kind::Template(_) | Kind::Other | Kind::Sign(_) => break,
            }
        }
        (value, next)
    }

    /// Starts the line of a template text behind a name: `` $`npm ci` ``.
    fn tagged(&mut self, frame: &Frame, tag: &Value, parts: &[Part], line: usize) {
        let text = self.template(frame, parts, |value| value.word().text);
        let said = Value::Text(Said { text, place: Some((frame.file, line)) });
        if let Value::Import(import) = tag {
            let name = if import.name == "$" { "$" } else { "execaCommand" }.to_owned();
            self.foreign(frame, &Import { name, ..(**import).clone() }, &[said], line);
        }
    }

    /// Returns a member, with what Node.js itself knows.
    fn named_member(&self, frame: &Frame, value: &Value, names: &[String], name: &str) -> Value {
        let whole: Vec<&str> = names.iter().map(String::as_str).collect();
        match (whole.as_slice(), name) {
            (["import", "meta"], "url" | "filename") => self.get(frame.scope, "__filename"),
            (["import", "meta"], "dirname") => self.get(frame.scope, "__dirname"),
            (["import"], _) => Value::unknown("import"),
            (["module"], "exports") => Value::unknown("exports"),
            _ => self.member(value, name),
        }
    }

    fn called(&mut self, frame: &mut Frame, call: Call<'_>, arguments: &[Value]) -> Value {
        let Call { value, receiver, names, line } = call;
        let last = names.last().map_or("", String::as_str);
        if let (["require" | "import"], [Value::Text(said), ..]) =
            (names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), arguments)
        {
            let module = self.module(frame.file, &said.text);
            let whole = self.member(&module, "default");
            let is_function =
                last == "require" && matches!(module, Value::File(_)) && matches!(whole, Value::Function(_));
            return if is_function { whole } else { module };
        }
        match value {
            Value::Function(function) => return self.call(&function, arguments, receiver),
            Value::Import(import) => {
                if let Some(value) = of_package(&import, arguments) {
                    return value;
                }
                self.foreign(frame, &import, arguments, line);
                self.callbacks(arguments);
                // `$({stdio: 'inherit'})` is `$` still.
                return if import.name == "$" { Value::Import(import) } else { Value::unknown("") };
            }
            Value::Record(class) => {
                let object = Value::Record(Rc::clone(&class));
                if let Some(Value::Function(constructor)) = class.get("constructor") {
                    self.call(constructor, arguments, Some(object.clone()));
                }
                return object;
            }
            Value::Unknown(_) | Value::Text(_) | Value::List(_) | Value::File(_) => {}
        }
        if names.len() == 2 && matches!(last, "push" | "unshift") {
            self.pushed(frame, names, arguments);
        }
        if let Some(value) = receiver.and_then(|receiver| self.method(&receiver, last, arguments)) {
            return value;
        }
        // What is written out is not called.
        if names.first().is_none_or(|first| first != "console") {
            self.callbacks(arguments);
        }
        match (last, arguments) {
            ("URL", [part, base]) => path_of(&[folder(base), part.clone()]).unwrap_or_else(|| Value::unknown("")),
            ("String" | "resolve", [value]) => value.clone(),
            ("cwd", []) => Value::text("."),
            _ => Value::returned_by(last),
        }
    }

    /// Calls what is handed to a function that nobody knows, by itself or as a field of its options.
    fn callbacks(&mut self, arguments: &[Value]) {
        let fields = arguments.iter().flat_map(Value::fields).map(|(_, value)| value);
        for value in arguments.iter().chain(fields) {
            if let Value::Function(function) = value {
                self.call(function, &[], None);
            }
        }
    }

    /// Adds to the list of a variable. A dry run that is only one of the ways is not what counts.
    fn pushed(&mut self, frame: &Frame, names: &[String], arguments: &[Value]) {
        let Some(name) = names.first() else { return };
        if let Value::List(mut all) = self.get(frame.scope, name) {
            let is_dry = |value: &&Value| matches!(value, Value::Text(said) if said.text.starts_with("--dry"));
            all.extend(arguments.iter().filter(|value| !is_dry(value)).cloned());
            all.truncate(LONGEST_LIST);
            self.assign(frame.scope, name, Value::List(all));
        }
    }

    /// Returns what a method of a text or a list comes to.
    fn method(&mut self, receiver: &Value, name: &str, arguments: &[Value]) -> Option<Value> {
        match (receiver, name, arguments) {
            (
                Value::List(all),
                "map" | "forEach" | "flatMap" | "filter" | "some" | "every" | "find",
                [Value::Function(function), ..],
            ) => {
                let all = all.clone();
                let mapped: Vec<Value> = all
                    .iter()
                    .take(MOST_ITEMS)
                    .map(|item| self.call(function, std::slice::from_ref(item), None))
                    .collect();
                Some(Value::List(if matches!(name, "map" | "flatMap") { mapped } else { all }))
            }
            (Value::List(all), "concat", more) => {
                let mut all = all.clone();
                for value in more {
                    all.extend(value.items().map_or_else(|| vec![value.clone()], <[Value]>::to_vec));
                }
                all.truncate(LONGEST_LIST);
                Some(Value::List(all))
            }
            (Value::List(all), "join", [Value::Text(between), ..]) => {
                let place = all.iter().find_map(|value| value.said()?.place);
                let texts: Vec<String> = all.iter().map(Value::within).collect();
                Some(Value::Text(Said { text: texts.join(&between.text), place }))
            }
            (Value::List(_), "filter" | "flat" | "slice" | "reverse" | "sort" | "values", _) => Some(receiver.clone()),
            (Value::Text(said), "split", [Value::Text(between), ..]) if !between.text.is_empty() => {
                let part = |text: &str| Value::Text(Said { text: text.to_owned(), place: said.place });
                Some(Value::List(said.text.split(&between.text).take(LONGEST_LIST).map(part).collect()))
            }
            (Value::Text(_) | Value::Unknown(_), "trim" | "toString" | "trimEnd" | "toLowerCase", _) => {
                Some(receiver.clone())
            }
            _ => None,
        }
    }
}

/// Returns what functions of Node.js come to that make paths and promises.
fn of_package(import: &Import, arguments: &[Value]) -> Option<Value> {
    match (import.package.as_str(), import.name.as_str(), arguments) {
        ("util", "promisify", [Value::Import(inner), ..]) => {
            Some(Value::Import(Rc::new(Import { is_promise: true, ..(**inner).clone() })))
        }
        ("path" | "path/posix", "join" | "resolve" | "normalize", parts) => path_of(parts),
        ("path" | "path/posix", "dirname", [path]) => Some(folder(path)),
        ("url", "fileURLToPath" | "pathToFileURL", [path]) => Some(path.clone()),
        ("process", "cwd", []) => Some(Value::text(".")),
        _ => None,
    }
}

fn folder(path: &Value) -> Value {
    path.said().map_or_else(
        || path.clone(),
        |said| Value::Text(Said { text: folder_of(&said.text).to_owned(), place: said.place }),
    )
}
