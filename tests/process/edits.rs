//! Random edits of a portal, as people and their editors make them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::portal::{Portal, agency_toml, form_toml, not_found, page_md, report_md, site_toml, tables_toml};
use crate::random::Random;

/// How editors save a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Written over, then cut to its length.
    InPlace,
    /// Emptied, then written.
    Truncate,
    /// A new file is renamed over the old one.
    Rename,
    /// The old file is renamed away, a new one is made.
    RenameAway,
    /// The old file is copied aside first.
    Backup,
    /// A swap file lies beside it meanwhile.
    Swap,
}

pub(crate) const STYLES: [Style; 6] =
    [Style::InPlace, Style::Truncate, Style::Rename, Style::RenameAway, Style::Backup, Style::Swap];

/// Saves a file in a style.
pub(crate) fn save(path: &Path, bytes: &[u8], style: Style) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let beside = |name: String| path.with_file_name(name);
    match style {
        Style::InPlace => {
            let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path).unwrap();
            let (first, rest) = bytes.split_at(bytes.len() / 2);
            file.write_all(first).unwrap();
            file.write_all(rest).unwrap();
            file.set_len(bytes.len() as u64).unwrap();
        }
        Style::Truncate => fs::write(path, bytes).unwrap(),
        Style::Rename => {
            let temp = beside(format!(".{name}.x7Kq2"));
            fs::write(&temp, bytes).unwrap();
            fs::rename(temp, path).unwrap();
        }
        Style::RenameAway => {
            let backup = beside(format!("{name}~"));
            let _ = fs::rename(path, &backup);
            fs::write(path, bytes).unwrap();
            let _ = fs::remove_file(backup);
        }
        Style::Backup => {
            let backup = beside(format!("{name}.bak"));
            let _ = fs::copy(path, &backup);
            fs::write(path, bytes).unwrap();
            let _ = fs::remove_file(backup);
        }
        Style::Swap => {
            let swap = beside(format!(".{name}.swp"));
            fs::write(&swap, "swap").unwrap();
            fs::write(beside("4913".to_owned()), "").unwrap();
            fs::remove_file(beside("4913".to_owned())).unwrap();
            fs::write(path, bytes).unwrap();
            fs::remove_file(swap).unwrap();
        }
    }
}

/// Somebody who edits a portal at random.
pub(crate) struct Editor<'p> {
    portal: &'p Portal,
    pub(crate) random: Random,
}

impl<'p> Editor<'p> {
    pub(crate) fn new(portal: &'p Portal, seed: u64) -> Self {
        Self { portal, random: Random::new(seed) }
    }

    /// Every source file, sorted.
    pub(crate) fn sources(&self) -> Vec<String> {
        let root = self.portal.root();
        let mut all = Vec::new();
        for top in ["site.toml", "content", "themes"] {
            for entry in walkdir::WalkDir::new(root.join(top)).into_iter().filter_map(Result::ok) {
                if entry.file_type().is_file() {
                    all.push(entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        all.sort();
        all
    }

    fn folders(&self, parent: &str) -> Vec<String> {
        let entries = fs::read_dir(self.portal.path(parent)).into_iter().flatten().map(Result::unwrap);
        let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
        let mut names: Vec<_> =
            folders.map(|entry| format!("{parent}/{}", entry.file_name().to_str().unwrap())).collect();
        names.sort();
        names
    }

    fn reports(&self) -> Vec<String> {
        let agencies = self.folders("content/agencies");
        agencies.iter().flat_map(|agency| self.folders(agency)).collect()
    }

    fn number(&mut self) -> u64 {
        self.random.below(1_000_000)
    }

    pub(crate) fn save(&mut self, path: &str, bytes: &[u8]) -> Style {
        let style = *self.random.pick(&STYLES);
        save(&self.portal.path(path), bytes, style);
        style
    }

    /// Something new for a file, of its kind.
    fn fresh(&mut self, path: &str) -> String {
        let number = self.number();
        let names: Vec<&str> = path.split('/').collect();
        match names[..] {
            ["site.toml"] => self.settings(number),
            ["content", "forms", ..] => form_toml(number),
            [.., "agency.toml"] => agency_toml(&format!("示例市第{number}局（示例）")),
            [.., year, "report.md"] => report_md(year.parse().unwrap_or(2021), number),
            [.., "tables.toml"] => {
                let text = self.portal.read(path);
                let at = text.find("decisions = ").map_or(0, |at| at + 12);
                let end = text[at..].find(' ').map_or(text.len(), |end| at + end);
                format!("{}{}{}", &text[..at], number % 10_000, &text[end..])
            }
            [.., "404.html"] => not_found(number),
            [.., "theme.toml"] => theme_toml(number),
            [.., "zh-CN.toml"] => format!("home = \"首页 {number}\"\n"),
            ["themes", .., name] if name.ends_with(".html") => prose_template(number),
            ["content", name] => page_md(name, number),
            _ => format!("文件 {number}\n"),
        }
    }

    /// Settings that name the portal's own form only while there is one.
    fn settings(&self, number: u64) -> String {
        let text = site_toml(number);
        match self.portal.path("content/forms/shili.toml").exists() {
            true => text,
            false => text.replace(", \"shili\"", ""),
        }
    }

    /// One edit; says what it was.
    pub(crate) fn edit(&mut self) -> String {
        match self.random.below(20) {
            0..=5 => self.change(),
            6..=8 => self.add(),
            9 | 10 => self.rename_file(),
            11 => self.rename_folder(),
            12 | 13 => self.delete_file(),
            14 => self.delete_folder(),
            15 => self.take_out_and_back(),
            16 => self.swap_two(),
            17 => self.many_at_once(),
            18 => self.leave_litter(),
            _ => self.lose_a_whole_part(),
        }
    }

    fn change(&mut self) -> String {
        let sources = self.sources();
        let path = self.random.pick(&sources).clone();
        let text = self.fresh(&path);
        let style = self.save(&path, text.as_bytes());
        format!("change {path} ({style:?})")
    }

    fn add(&mut self) -> String {
        let number = self.number();
        let reports = self.reports();
        let kind = self.random.below(8);
        let path = match kind {
            0 => format!("content/ye-{number}.md"),
            1 if !reports.is_empty() => format!("{}/附件 {number}（示例）.txt", self.random.pick(&reports)),
            2 if !reports.is_empty() => format!("{}/图/深/附图#{number}.txt", self.random.pick(&reports)),
            3 => "themes/default/templates/prose.html".to_owned(),
            4 => format!("themes/default/static/new/{number}.css"),
            5 => "themes/default/strings/zh-CN.toml".to_owned(),
            6 => "themes/default/theme.toml".to_owned(),
            _ => {
                let id = format!("xin-{number}");
                self.portal.write_agency(&id, &format!("示例市新局 {number}（示例）"), &mut self.random);
                return format!("add agency {id}");
            }
        };
        let text = self.fresh(&path);
        let style = self.save(&path, text.as_bytes());
        format!("add {path} ({style:?})")
    }

    /// Files that may go or change their names and leave a portal that can be built.
    fn loose(&self) -> Vec<String> {
        let fixed = ["site.toml", "content/index.md", "content/forms/shili.toml"];
        let needed =
            |path: &str| ["agency.toml", "report.md", "tables.toml"].iter().any(|n| path.ends_with(n));
        self.sources().into_iter().filter(|path| !fixed.contains(&path.as_str()) && !needed(path)).collect()
    }

    fn rename_file(&mut self) -> String {
        let number = self.number();
        let files = self.loose();
        if files.is_empty() {
            return self.add();
        }
        let old = self.random.pick(&files).clone();
        let (folder, name) = old.rsplit_once('/').unwrap();
        let end = name.rsplit_once('.').map_or("txt", |(_, end)| end);
        let new = format!("{folder}/xin-{number}.{end}");
        fs::rename(self.portal.path(&old), self.portal.path(&new)).unwrap();
        format!("rename {old} to {new}")
    }

    fn rename_folder(&mut self) -> String {
        let number = self.number();
        let (agencies, reports) = (self.folders("content/agencies"), self.reports());
        let (old, new) = if self.random.once_in(2) || reports.is_empty() {
            (self.random.pick(&agencies).clone(), format!("content/agencies/ming-{number}"))
        } else {
            let old = self.random.pick(&reports).clone();
            let (agency, _) = old.rsplit_once('/').unwrap();
            let new = format!("{agency}/{}", 2021 + number % 5);
            (old, new)
        };
        if self.portal.path(&new).exists() {
            return self.change();
        }
        fs::rename(self.portal.path(&old), self.portal.path(&new)).unwrap();
        format!("rename folder {old} to {new}")
    }

    fn delete_file(&mut self) -> String {
        let files = self.loose();
        if files.is_empty() {
            return self.add();
        }
        let path = self.random.pick(&files).clone();
        fs::remove_file(self.portal.path(&path)).unwrap();
        format!("delete {path}")
    }

    fn delete_folder(&mut self) -> String {
        let (agencies, reports) = (self.folders("content/agencies"), self.reports());
        let path = match self.random.once_in(2) {
            true if agencies.len() > 2 => self.random.pick(&agencies).clone(),
            _ if reports.len() > 3 => self.random.pick(&reports).clone(),
            _ => return self.add(),
        };
        fs::remove_dir_all(self.portal.path(&path)).unwrap();
        format!("delete folder {path}")
    }

    fn take_out_and_back(&mut self) -> String {
        let agencies = self.folders("content/agencies");
        let path = self.random.pick(&agencies).clone();
        let outside = self.portal.beside("taken-out");
        fs::rename(self.portal.path(&path), &outside).unwrap();
        let wait = self.random.below(30);
        std::thread::sleep(std::time::Duration::from_millis(wait));
        fs::rename(&outside, self.portal.path(&path)).unwrap();
        let file = format!("{path}/agency.toml");
        let text = self.fresh(&file);
        let style = self.save(&file, text.as_bytes());
        format!("take {path} out and back, then change its agency.toml ({style:?})")
    }

    /// Two files change places: each has the size and times the other had.
    fn swap_two(&mut self) -> String {
        let sources = self.sources();
        let reports: Vec<_> = sources.iter().filter(|path| path.ends_with("2022/report.md")).collect();
        if reports.len() < 2 {
            return self.change();
        }
        let (one, other) = (self.portal.path(reports[0]), self.portal.path(reports[1]));
        let aside = self.portal.beside("aside");
        fs::rename(&one, &aside).unwrap();
        fs::rename(&other, &one).unwrap();
        fs::rename(&aside, &other).unwrap();
        format!("swap {} and {}", reports[0], reports[1])
    }

    fn many_at_once(&mut self) -> String {
        for _ in 0..30 {
            let sources = self.sources();
            let path = self.random.pick(&sources).clone();
            let text = self.fresh(&path);
            self.save(&path, text.as_bytes());
        }
        let agency = format!("content/agencies/duo-{}", self.number());
        for year in 2021..2024 {
            let folder = self.portal.path(&format!("{agency}/{year}"));
            fs::create_dir_all(&folder).unwrap();
            let (tables, _) = tables_toml(None, &mut self.random);
            fs::write(folder.join("tables.toml"), tables).unwrap();
            fs::write(folder.join("report.md"), report_md(year, 7)).unwrap();
        }
        self.portal.write(&format!("{agency}/agency.toml"), &agency_toml("示例市多件局（示例）"));
        format!("30 changes and a new agency {agency} at once")
    }

    /// What editors and file managers leave about is no source.
    fn leave_litter(&mut self) -> String {
        let agencies = self.folders("content/agencies");
        let folder = self.portal.path(self.random.pick(&agencies).as_str());
        for name in ["4913", ".x.swp", "~$报告.docx", "#x#", "x.md~", ".DS_Store", "Thumbs.db"] {
            fs::write(folder.join(name), "x").unwrap();
        }
        let _ = symlink("nowhere", folder.join(".#x.md"));
        "litter".to_owned()
    }

    /// A part of the portal goes as a whole, or comes again.
    fn lose_a_whole_part(&mut self) -> String {
        match self.random.below(3) {
            0 => {
                let aside = self.portal.beside("content-aside");
                fs::rename(self.portal.path("content"), &aside).unwrap();
                crate::portal::copy_folder(&aside, &self.portal.path("content"));
                fs::remove_dir_all(&aside).unwrap();
                let text = self.fresh("content/about.md");
                self.save("content/about.md", text.as_bytes());
                "content made anew, then a page changed".to_owned()
            }
            1 => {
                let _ = fs::remove_dir_all(self.portal.path("themes"));
                "themes deleted".to_owned()
            }
            _ => {
                let _ = fs::remove_dir_all(self.portal.path("content/forms"));
                let number = self.number();
                let text = self.settings(number);
                self.portal.write("site.toml", &text);
                "forms deleted".to_owned()
            }
        }
    }

    /// Breaks a source file; gives what mends it again: its path and bytes, or that it was
    /// not there.
    pub(crate) fn break_one(&mut self) -> (String, Option<Vec<u8>>) {
        let sources = self.sources();
        let path = self.random.pick(&sources).clone();
        let bytes = fs::read(self.portal.path(&path)).ok();
        let broken: &[u8] = match self.random.below(5) {
            0 => b"",
            1 => b"\xd5\xfd\xce\xc4",
            2 => "[[[\n标题 = ".as_bytes(),
            3 => b"{% if %}{{ nobody }}\n+++\n",
            _ => b"+++\nkey = 1\n+++\n",
        };
        // Without site.toml there is no portal to compare with.
        match self.random.once_in(8) && path != "site.toml" {
            true => fs::remove_file(self.portal.path(&path)).unwrap(),
            false => drop(self.save(&path, broken)),
        }
        (path, bytes)
    }
}

fn theme_toml(number: u64) -> String {
    format!(
        "name = \"default\"\n\n[options]\naccent = \"{}\"\n",
        ["qing", "zhu", "song", "mo"][number as usize % 4]
    )
}

fn prose_template(number: u64) -> String {
    format!(
        "{{% extends \"base.html\" %}}\n{{% block main %}}<p>{number}</p>\
         {{% if page.title %}}{{{{ page.title }}}}{{% endif %}}{{% endblock main %}}\n"
    )
}
