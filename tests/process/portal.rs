//! A small portal in a temporary folder, written from a seed, and the program run on it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::random::Random;

/// A portal folder, with room beside it.
pub(crate) struct Portal {
    folder: TempDir,
}

/// The agencies of a generated portal, all made up.
pub(crate) const AGENCIES: [(&str, &str); 3] = [
    ("shili-sw", "示例市水务局（示例）"),
    ("shili-jy", "示例市教育局（示例）"),
    ("shili-zf", "示例市政府办公室（示例）"),
];

/// The requests carried out of a year, by kind of applicant.
type Carried = [u64; 2];

impl Portal {
    /// Three agencies over the years 2021 to 2023, two prose pages, attachments with
    /// Chinese names, and a theme that puts a block over the default one.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let portal = Self::empty();
        portal.write("site.toml", &site_toml(random.below(1000)));
        portal.write("content/index.md", &page_md("首页", random.below(1000)));
        portal.write("content/about.md", &page_md("说明", random.below(1000)));
        portal.write("content/forms/shili.toml", &form_toml(random.below(1000)));
        portal.write("themes/default/templates/404.html", &not_found(random.below(1000)));
        portal.write("themes/default/static/own.css", &format!("/* {} */\n", random.below(1000)));
        for (id, name) in AGENCIES {
            portal.write_agency(id, name, &mut random);
        }
        portal
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        let portal = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(portal.root()).unwrap();
        portal
    }

    /// The demo at the top of the repository, copied.
    pub(crate) fn demo() -> Self {
        let portal = Self::empty();
        let from = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::copy(from.join("site.toml"), portal.path("site.toml")).unwrap();
        copy_folder(&from.join("content"), &portal.path("content"));
        portal
    }

    /// The portal's folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("portal")
    }

    /// A path in the portal.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// A path beside the portal's folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Changes a text in a file; it must be there.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "no {old:?} in {path}");
        self.write(path, &text.replacen(old, new, 1));
    }

    /// An agency with its reports.
    pub(crate) fn write_agency(&self, id: &str, name: &str, random: &mut Random) {
        self.write(&format!("content/agencies/{id}/agency.toml"), &agency_toml(name));
        let mut carried = None;
        for year in 2021..=2023 {
            let folder = format!("content/agencies/{id}/{year}");
            self.write(&format!("{folder}/report.md"), &report_md(year, random.below(1000)));
            let (text, out) = tables_toml(carried, random);
            self.write(&format!("{folder}/tables.toml"), &text);
            carried = Some(out);
            if random.once_in(2) {
                self.write(
                    &format!("{folder}/附件 {year}（示例）#1%20.txt"),
                    &format!("附件 {}\n", random.below(1000)),
                );
            }
        }
    }

    /// Runs the program on the portal.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(gongkai().arg("-r").arg(self.root()).args(arguments))
    }

    /// Builds the portal to its output folder; that must succeed.
    pub(crate) fn build(&self) -> Tree {
        self.build_to(&self.path("public"))
    }

    /// Builds the portal to a folder; that must succeed.
    pub(crate) fn build_to(&self, output: &Path) -> Tree {
        let ran = self.run(&["build", "-o", output.to_str().unwrap()]);
        assert_eq!(ran.code, Some(0), "{}", ran.talk);
        tree(output)
    }
}

pub(crate) fn site_toml(number: u64) -> String {
    format!(
        "base_url = \"https://nianbao.example/\"\ntitle = \"示例门户 {number}\"\nforms = [\"cn-2021\", \"shili\"]\n\
         downloads = [\"csv\", \"json\", \"docx\"]\n\n\
         [portal]\norganiser = \"示例市人民政府办公室（示例）\"\n"
    )
}

/// A page of prose.
pub(crate) fn page_md(title: &str, number: u64) -> String {
    format!("+++\ntitle = \"{title}\"\n+++\n\n正文 {number}。\n")
}

pub(crate) fn agency_toml(name: &str) -> String {
    format!("name = \"{name}\"\nkind = \"department\"\n")
}

/// A form of the portal's own, in use by no report.
pub(crate) fn form_toml(number: u64) -> String {
    format!(
        "id = \"shili\"\ntitle = \"示例格式 {number}\"\nauthority = \"示例\"\nlanguage = \"zh-CN\"\n\
         years = {{ from = 1990, to = 1991 }}\n\
         kinds = [{{ id = \"department\", label = \"部门\", due = \"01-31\" }}]\n\n\
         [[section]]\nid = \"all\"\ntitle = \"一、全部\"\ntables = [\"all\"]\n\n\
         [[table]]\nid = \"all\"\ntitle = \"全部\"\nkind = \"count\"\nblank = \"zero\"\n\
         columns = [{{ id = \"number\", label = \"件数\" }}]\nrows = [{{ id = \"letters\", label = \"来信\" }}]\n"
    )
}

/// A template that puts a block over that of the default theme.
pub(crate) fn not_found(number: u64) -> String {
    format!(
        "{{% extends \"base.html\" %}}\n{{% block main %}}<h1>找不到 {number}</h1>\
         <a href=\"{{{{ page.root }}}}index.html\">首页</a>{{% endblock main %}}\n"
    )
}

pub(crate) fn report_md(year: u16, number: u64) -> String {
    let mut text = format!("+++\npublished = {}-01-1{}\n+++\n", year + 1, number % 10);
    let sections = [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ];
    for (at, title) in sections.iter().enumerate() {
        let _ = write!(text, "\n## {title}\n\n{year}年第 {at} 节，{number} 件。\n");
    }
    text
}

/// Figures that satisfy every rule of the form of 2021, and the requests they carry out.
pub(crate) fn tables_toml(carried: Option<Carried>, random: &mut Random) -> (String, Carried) {
    let carried_in = carried.unwrap_or([2, 1]);
    let mut granted = [0; 2];
    let mut out = [0; 2];
    let mut received = [0; 2];
    for at in 0..2 {
        (granted[at], out[at]) = (10 + random.below(40), random.below(5));
        received[at] = granted[at] + 3 + out[at] - carried_in[at];
    }
    let row = |name: &str, cells: Carried| {
        format!(
            "{name} = {{ natural = {}, legal.company = {}, total = {} }}\n",
            cells[0],
            cells[1],
            cells[0] + cells[1]
        )
    };
    let text = format!(
        "[documents]\nregulations = {{ issued = 0, repealed = 0, in_force = 0 }}\n\
         normative = {{ issued = 0, repealed = 0, in_force = 7 }}\n\n\
         [licences]\nlicences = {{ decisions = {} }}\n\n[enforcement]\npenalties = {{ decisions = {} }}\n\
         coercion = {{ decisions = 0 }}\n\n[fees]\nfees = {{ amount = {}.50 }}\n\n[requests]\n{}{}{}{}{}\n\
         [disputes]\ncases = {{ review.upheld = 1, review.total = 1, direct.total = 0, after_review.total = 0 }}\n",
        random.below(9000),
        random.below(500),
        random.below(3000),
        row("received", received),
        row("carried_in", carried_in),
        row("outcome.granted", granted),
        row("outcome.refused.law", [3, 3]),
        row("carried_out", out),
    );
    (text, out)
}

/// What a run of the program gave.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) data: String,
    /// Standard error.
    pub(crate) talk: String,
}

impl Ran {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {}", self.data))
    }
}

/// The program, in an environment that is the same everywhere.
pub(crate) fn gongkai() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongkai"));
    for name in
        ["LC_ALL", "LC_MESSAGES", "NO_COLOR", "CLICOLOR_FORCE", "RAYON_NUM_THREADS", "SOURCE_DATE_EPOCH"]
    {
        command.env_remove(name);
    }
    command.env("LANG", "zh_CN.UTF-8").stdin(Stdio::null());
    command
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: status.code(), data: text(stdout), talk: text(stderr) }
}

/// What lies at a path of a tree.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Node {
    File(Vec<u8>),
    Link(PathBuf),
    Folder,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(bytes) => write!(f, "file of {} bytes", bytes.len()),
            Self::Link(to) => write!(f, "link to {}", to.display()),
            Self::Folder => write!(f, "folder"),
        }
    }
}

/// Everything below a folder, by path.
pub(crate) type Tree = BTreeMap<String, Node>;

/// Reads everything below a folder; empty when there is none.
pub(crate) fn tree(folder: &Path) -> Tree {
    let mut all = Tree::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).into_iter().filter_map(Result::ok) {
        let kind = entry.file_type();
        let node = match () {
            () if kind.is_dir() => Node::Folder,
            () if kind.is_symlink() => Node::Link(fs::read_link(entry.path()).unwrap()),
            () => Node::File(fs::read(entry.path()).unwrap()),
        };
        let path = entry.path().strip_prefix(folder).unwrap();
        all.insert(path.to_str().unwrap().to_owned(), node);
    }
    all
}

/// How two trees differ, in a few lines; empty when they do not.
pub(crate) fn differences(one: &Tree, other: &Tree) -> String {
    let mut text = String::new();
    let paths: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
    for path in paths {
        let (a, b) = (one.get(path), other.get(path));
        if a != b {
            let _ = writeln!(text, "{path}: {a:?} / {b:?}");
            if let (Some(Node::File(a)), Some(Node::File(b))) = (a, b) {
                let at = a.iter().zip(b).take_while(|(a, b)| a == b).count();
                let piece = |bytes: &[u8]| {
                    let end = bytes.len().min(at + 120);
                    String::from_utf8_lossy(&bytes[at.saturating_sub(80).min(end)..end]).into_owned()
                };
                let _ = writeln!(text, "  - {}\n  + {}", piece(a), piece(b));
            }
        }
    }
    text
}

/// Asserts that two trees are the same, byte for byte.
pub(crate) fn assert_same(one: &Tree, other: &Tree) {
    assert!(one == other, "{}", differences(one, other));
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let path = to.join(entry.path().strip_prefix(from).unwrap());
        match entry.file_type() {
            kind if kind.is_dir() => fs::create_dir_all(path).unwrap(),
            kind if kind.is_symlink() => {
                std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), path).unwrap();
            }
            _ => drop(fs::copy(entry.path(), path).unwrap()),
        }
    }
}
