//! Where things lie: in the source folder and on the site.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A file's place in the portal folder: relative, with `/` between names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// Takes a relative path with `/` between names.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last name of the path.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for SourcePath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

/// Where an output lies on the site: the path of its file below the output folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Route(Arc<str>);

impl Route {
    /// The route of a file, e.g. `atom.xml`.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// The route of the page of a folder, e.g. `agencies/water` (`""` is the home page).
    pub fn page(folder: &str) -> Self {
        match folder {
            "" => Self::file("index.html"),
            _ => Self::file([folder, "/index.html"].concat()),
        }
    }

    /// The path of the file below the output folder.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path a reader sees behind the site's address: `agencies/water/` for a page.
    pub fn address(&self) -> &str {
        match self.0.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => &self.0,
        }
    }

    /// The way from this output up to the top of the site: `../../` for two folders down,
    /// empty at the top. Put before another route, it is a link that works on any host,
    /// in any sub-path and from a disk.
    pub fn root(&self) -> String {
        "../".repeat(self.0.matches('/').count())
    }
}

/// Routes are looked up by their text.
impl Borrow<str> for Route {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Percent-encodes a path for use in a link (RFC 3986): letters, digits and `-._~!$&'()*+,;=:@/`
/// stay, everything else is written byte by byte.
pub fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(byte as char),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
            | b':' | b'@' | b'/' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes [`encode`]; `None` when an escape is broken or the result is not UTF-8.
pub fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let text =
                std::str::from_utf8(&digits).ok().filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit()))?;
            bytes.push(u8::from_str_radix(text, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether `id` may name an agency in a path: lower-case ASCII letters, digits and single
/// hyphens, at most 80 bytes.
pub fn is_id(id: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !id.is_empty() && id.len() <= 80 && id.chars().all(good) && !id.starts_with('-') && !id.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_goes_up_and_down_again() {
        let report = Route::page("agencies/water/2021");
        assert_eq!(report.root(), "../../../");
        assert_eq!(report.address(), "agencies/water/2021/");
        assert_eq!(Route::page("").root(), "");
        assert_eq!(Route::file("404.html").address(), "404.html");
    }

    #[test]
    fn chinese_names_survive_a_link() {
        let name = "你好 世界（终稿）#1%20?.pdf";
        assert_eq!(decode(&encode(name)).as_deref(), Some(name));
        assert_eq!(decode("%+1"), None);
    }
}
