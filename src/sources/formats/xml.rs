//! Walks through XML of any size.
//!
//! No document type is followed and no entity expanded: a file that declares entities is refused.
//! Texts are cut and invalid bytes replaced before the parser sees them, so that it holds no more than
//! an element's tag.

use std::io::{self, BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::input::{FormatError, Input};

/// How deep elements may nest.
const DEEPEST: usize = 200;

/// How long a text or a tag may be, in bytes: the rest of a text is left out, a longer tag is refused.
const LONGEST: usize = 1 << 20;

/// Sees the elements of a document.
pub(super) trait Visitor {
    /// An element begins inside of those that are open, the outermost first. An error says what is wrong with it.
    fn start(&mut self, tag: &Tag<'_>, open: &[String]) -> Result<(), String>;

    /// A text stands in the elements that are open.
    fn text(&mut self, text: &str, open: &[String]) {
        let _ = (text, open);
    }

    /// The element of this name ends.
    fn end(&mut self, name: &str) {
        let _ = name;
    }
}

/// The tag that an element begins with.
pub(super) struct Tag<'xml> {
    bytes: &'xml BytesStart<'xml>,
    name: String,
}

impl<'xml> Tag<'xml> {
    fn new(bytes: &'xml BytesStart<'xml>) -> Self {
        let name = bytes.local_name();
        let name: &str = name.as_ref();
        Self { bytes, name: name.to_owned() }
    }

    /// Returns the element's name, without a prefix.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.bytes.attributes();
        let found = attributes.with_checks(false).flatten().find(|attribute| {
            let key = attribute.key.as_ref();
            key == name
        })?;
        let value = found.normalized_value(XmlVersion::Implicit1_0);
        Some(value.map_or_else(|_| found.value.as_ref().to_owned(), std::borrow::Cow::into_owned))
    }

    /// Returns an attribute that is a whole number.
    pub(super) fn count(&self, name: &str) -> Option<u64> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// Shows a document to a visitor.
///
/// # Errors
/// The text is not well-formed, ends too early, declares entities, nests too deep, or the visitor
/// refuses it.
pub(super) fn walk(input: &Input<'_>, visitor: &mut impl Visitor) -> Result<(), FormatError> {
    let mut walk = Walk::default();
    let mut xml = Reader::from_reader(BufReader::with_capacity(1 << 16, Tamed::new(input.reader()?)));
    xml.config_mut().allow_dangling_amp = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let at = xml.buffer_position();
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => {
                let at = xml.get_ref().get_ref().original(xml.error_position());
                return Err(place(input, at, format!("the XML is broken: {error}")));
            }
        };
        let is_end = matches!(event, Event::Eof);
        let seen = walk.see(event, visitor);
        let unfinished = walk.unfinished().filter(|_| is_end);
        if let Some(reason) = seen.err().or(unfinished) {
            return Err(place(input, xml.get_ref().get_ref().original(at), reason));
        }
        if is_end {
            return Ok(());
        }
    }
}

#[derive(Default)]
struct Walk {
    /// The names of the elements that are open, the outermost first.
    open: Vec<String>,
    has_root: bool,
}

impl Walk {
    fn see(&mut self, event: Event<'_>, visitor: &mut impl Visitor) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.start(&tag, visitor)?,
            Event::Empty(tag) => {
                self.start(&tag, visitor)?;
                self.end(visitor);
            }
            Event::End(_) => self.end(visitor),
            Event::Text(text) => visitor.text(&text.xml10_content(), &self.open),
            Event::CData(text) => visitor.text(&text.into_inner(), &self.open),
            Event::GeneralRef(reference) => self.reference(&reference.into_inner(), visitor),
            Event::DocType(document) if document.contains("<!ENTITY") => {
                return Err("the document type declares entities, which can hide a bomb: they are refused".to_owned());
            }
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>, visitor: &mut impl Visitor) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("elements are nested more than {DEEPEST} deep"));
        }
        let tag = Tag::new(tag);
        visitor.start(&tag, &self.open)?;
        self.open.push(tag.name);
        self.has_root = true;
        Ok(())
    }

    fn end(&mut self, visitor: &mut impl Visitor) {
        if let Some(name) = self.open.pop() {
            visitor.end(&name);
        }
    }

    /// Takes `&name;` in text: XML's own entities only, the rest stays as it is written.
    fn reference(&self, name: &str, visitor: &mut impl Visitor) {
        match name {
            "lt" => visitor.text("<", &self.open),
            "gt" => visitor.text(">", &self.open),
            "amp" => visitor.text("&", &self.open),
            "quot" => visitor.text("\"", &self.open),
            "apos" => visitor.text("'", &self.open),
            _ if name.starts_with('#') => visitor.text(" ", &self.open),
            _ => visitor.text(&format!("&{name};"), &self.open),
        }
    }

    fn unfinished(&self) -> Option<String> {
        if !self.open.is_empty() {
            return Some("the file ends inside an element".to_owned());
        }
        (!self.has_root).then(|| "the file holds no XML element".to_owned())
    }
}

/// Finds the line and the column of a byte, reading the file once more.
fn place(input: &Input<'_>, at: u64, reason: String) -> FormatError {
    let (mut line, mut column) = (1, 1);
    let Ok(reader) = input.reader() else { return FormatError::at(line, column, reason) };
    for byte in BufReader::new(reader.take(at)).bytes().map_while(Result::ok) {
        match byte {
            b'\n' => (line, column) = (line + 1, 1),
            // Bytes that continue a character are none of their own.
            0x80..=0xBF => {}
            _ => column += 1,
        }
    }
    FormatError::at(line, column, reason)
}

/// A reader whose texts are short and UTF-8.
struct Tamed<R> {
    inner: R,
    /// Bytes that begin a character, or a byte-order mark.
    carried: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    inside: Inside,
    /// Bytes since the markup or the text began.
    run: usize,
    /// The last bytes.
    recent: [u8; 8],
    /// How many bytes were handed over, and how many were left out before that.
    given: u64,
    left_out: Vec<(u64, u64)>,
    /// Whether the last character was left out.
    is_over: bool,
    is_first: bool,
    is_done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Text,
    Markup,
    Cdata,
    Comment,
}

impl Inside {
    /// Returns what ends it.
    fn end(self) -> &'static [u8] {
        match self {
            Self::Text => b"<",
            Self::Markup => b">",
            Self::Cdata => b"]]>",
            Self::Comment => b"-->",
        }
    }
}

impl<R: Read> Tamed<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            carried: Vec::new(),
            ready: Vec::new(),
            at: 0,
            inside: Inside::Text,
            run: 0,
            recent: [0; 8],
            given: 0,
            left_out: Vec::new(),
            is_over: false,
            is_first: true,
            is_done: false,
        }
    }

    /// Returns where a byte stands in the file that was handed over so many bytes in.
    fn original(&self, at: u64) -> u64 {
        let before = self.left_out.iter().take_while(|(given, _)| *given <= at).last();
        at + before.map_or(0, |(_, total)| *total)
    }

    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        let mut chunk = std::mem::take(&mut self.carried);
        if self.inner.by_ref().take(1 << 16).read_to_end(&mut chunk)? == 0 {
            self.is_done = true;
            return self.push(&vec![b'?'; chunk.len()]);
        }
        let mut rest = chunk.as_slice();
        if std::mem::take(&mut self.is_first) && rest.starts_with(b"\xEF\xBB\xBF") {
            rest = rest.get(3..).unwrap_or_default();
            self.left_out.push((0, 3));
        }
        let mut pieces = rest.utf8_chunks().peekable();
        while let Some(piece) = pieces.next() {
            self.push(piece.valid().as_bytes())?;
            let invalid = piece.invalid();
            if pieces.peek().is_none() && invalid.len() < 4 {
                self.carried = invalid.to_vec();
            } else {
                self.push(&vec![b'?'; invalid.len()])?;
            }
        }
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        bytes.iter().try_for_each(|byte| self.take(*byte))
    }

    fn take(&mut self, byte: u8) -> io::Result<()> {
        self.run += 1;
        self.recent.rotate_left(1);
        if let Some(last) = self.recent.last_mut() {
            *last = byte;
        }
        // A character is left out as a whole or not at all.
        let continues = (0x80..=0xBF).contains(&byte);
        self.is_over = if continues { self.is_over } else { self.run > LONGEST };
        let end = self.inside.end();
        if self.recent.ends_with(end) {
            let given = if self.is_over { end } else { &[byte] };
            self.give(given);
            self.run = 0;
            self.inside = if self.inside == Inside::Text { Inside::Markup } else { Inside::Text };
            return Ok(());
        }
        if self.is_over && self.inside == Inside::Markup {
            let reason = format!("a tag is longer than {} MiB", LONGEST >> 20);
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        if self.is_over {
            self.leave_out();
            return Ok(());
        }
        self.give(&[byte]);
        if self.inside == Inside::Markup {
            self.enter();
        }
        Ok(())
    }

    /// Sees that markup is a comment or a text of its own.
    fn enter(&mut self) {
        let inside = match self.run {
            3 if self.recent.ends_with(b"!--") => Inside::Comment,
            8 if self.recent == *b"![CDATA[" => Inside::Cdata,
            _ => return,
        };
        (self.inside, self.run, self.recent) = (inside, 0, [0; 8]);
    }

    fn give(&mut self, bytes: &[u8]) {
        self.ready.extend_from_slice(bytes);
        self.given += bytes.len() as u64;
    }

    fn leave_out(&mut self) {
        match self.left_out.last_mut() {
            Some((given, total)) if *given == self.given => *total += 1,
            last => {
                let total = last.map_or(0, |(_, total)| *total);
                self.left_out.push((self.given, total + 1));
            }
        }
    }
}

impl<R: Read> Read for Tamed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            if self.is_done {
                return Ok(0);
            }
            self.fill()?;
        }
        let ready = self.ready.get(self.at..).unwrap_or_default();
        let length = ready.len().min(buffer.len());
        if let (Some(target), Some(source)) = (buffer.get_mut(..length), ready.get(..length)) {
            target.copy_from_slice(source);
        }
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default)]
    struct Texts(Vec<String>, usize);

    impl Visitor for Texts {
        fn start(&mut self, tag: &Tag<'_>, _: &[String]) -> Result<(), String> {
            self.0.push(format!("<{}>", tag.name()));
            if tag.name() == "bad" { Err("it is bad".to_owned()) } else { Ok(()) }
        }

        fn text(&mut self, text: &str, _: &[String]) {
            self.1 += text.len();
            self.0.push(text.chars().take(9).collect());
        }
    }

    fn walked(bytes: &[u8]) -> Result<Texts, FormatError> {
        let mut texts = Texts::default();
        walk(&Input::of_bytes("x", bytes), &mut texts).map(|()| texts)
    }

    #[test]
    fn long_texts_are_cut_and_what_follows_is_read() {
        let long = "x".repeat(3 * LONGEST);
        for (text, expected) in [
            (format!("<a>{long}<b/></a>"), vec!["<a>", "xxxxxxxxx", "<b>"]),
            (format!("<a><![CDATA[{long}]]><b/></a>"), vec!["<a>", "xxxxxxxxx", "<b>"]),
            (format!("<a><!-- {long} --><b/></a>"), vec!["<a>", "<b>"]),
            (format!("<a><![CDATA[]]]]><![CDATA[>]]>{long}&amp;<b/></a>"), vec!["<a>", "]]", ">", "xxxxxxxxx", "<b>"]),
        ] {
            let texts = walked(text.as_bytes()).unwrap();
            assert_eq!(texts.0, expected);
            assert!(texts.1 <= LONGEST + 8);
        }
        let error = walked(format!("<a>\n<b c='{long}'/></a>").as_bytes()).unwrap_err();
        assert!(error.reason.contains("a tag is longer than 1 MiB"), "{error}");
    }

    #[test]
    fn places_are_those_of_the_file() {
        let deep = "<a>".repeat(DEEPEST + 1);
        let cut = format!("\u{FEFF}<a>{}\n<b></bad></a>", "é\n".repeat(LONGEST));
        for (text, message) in [
            ("<a>\n é<bad/></a>", "2:3: it is bad"),
            ("<a>\n<b>", "2:4: the file ends inside an element"),
            ("", "1:1: the file holds no XML element"),
            ("no xml", "1:7: the file holds no XML element"),
            (deep.as_str(), "1:601: elements are nested more than 200 deep"),
        ] {
            assert_eq!(walked(text.as_bytes()).err().unwrap().to_string(), message);
        }
        let error = walked(cut.as_bytes()).err().unwrap();
        assert_eq!(error.position.line, LONGEST + 2, "{error}");
        assert!(error.reason.starts_with("the XML is broken"), "{error}");
    }

    #[test]
    fn declared_entities_are_refused() {
        let bomb = "<!DOCTYPE a [\n<!ENTITY x 'xx'><!ENTITY y '&x;&x;'>]>\n<a>&y;</a>";
        let error = walked(bomb.as_bytes()).err().unwrap();
        assert_eq!(
            error.to_string(),
            "1:1: the document type declares entities, which can hide a bomb: they are refused"
        );
        let plain = "<!DOCTYPE report PUBLIC '-//JACOCO//DTD Report 1.1//EN' 'report.dtd'><report/>";
        assert_eq!(walked(plain.as_bytes()).unwrap().0, ["<report>"]);
    }

    #[test]
    fn bytes_that_are_no_text_do_not_stop_the_reader() {
        assert_eq!(walked(b"<a>\xFF\xC3</a>").unwrap().0, ["<a>", "??"]);
        assert_eq!(walked(b"<a>x</a>\xC3").unwrap().0.len(), 3);
    }

    proptest::proptest! {
        #[test]
        fn tame_bytes_are_the_same_however_they_arrive(bytes in proptest::collection::vec(
            proptest::sample::select("<![CDATA]>-é&\u{FEFF}\n".as_bytes().to_vec()), 0..80,
        )) {
            struct Slow<'bytes>(&'bytes [u8]);
            impl Read for Slow<'_> {
                fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                    let length = buffer.len().min(3);
                    self.0.read(&mut buffer[..length])
                }
            }
            let read = |reader: &mut dyn Read| {
                let mut all = Vec::new();
                reader.read_to_end(&mut all).unwrap();
                all
            };
            let whole = read(&mut Tamed::new(bytes.as_slice()));
            assert_eq!(whole, read(&mut Tamed::new(Slow(&bytes))));
            assert!(std::str::from_utf8(&whole).is_ok());
            drop(walked(&bytes));
        }
    }
}
