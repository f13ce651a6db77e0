//! A portal edited at random: a pipeline that remembers says what a fresh one says.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, thread};

use gongkai::model::Checked;
use gongkai::pipeline::{Memory, Pipeline, Prepared};
use gongkai::source::scan;

use crate::portal::Files;

/// A small portal with a form of its own, with mistakes of many kinds.
pub(crate) const PORTAL: &str = r#"=== site.toml
base_url = "https://nianbao.example/"
title = "示例门户"
forms = ["shili"]
[checks]
first_year = 2021
=== content/about.md
+++
title = "关于"
menu = 1
+++
见[首页](../)和**“说明”**。
## 沿革 {#history}
- 一
=== content/forms/shili.toml
id = "shili"
title = { zh-CN = "年报", en = "Report" }
years = { from = 2021 }
kinds = [{ id = "bureau", label = "局", due = "01-31" }, { id = "city", label = "市", due = "03-31" }]
[[section]]
id = "overview"
title = "一、总体情况"
also = ["概述"]
prose = "required"
[[section]]
id = "requests"
title = "二、申请情况"
tables = ["requests", "fees"]
[[table]]
id = "requests"
title = "申请情况"
columns = [
  { id = "natural", label = "自然人" },
  { id = "legal", label = "法人" },
  { id = "legal.company", label = "企业" },
  { id = "legal.other", label = "其他" },
  { id = "total", label = "总计", sum = ["natural", "legal.*"] },
]
rows = [
  { id = "received", label = "新收" },
  { id = "carried_in", label = "上年结转" },
  { id = "done", label = "办结", blank = "missing" },
  { id = "carried_out", label = "结转下年" },
]
[[table.rule]]
id = "balance"
each = "column"
holds = "received + carried_in = done + carried_out"
says = "新收加上年结转，应等于办结加结转下年"
[[table.rule]]
id = "carry"
each = "column"
only = ["total"]
holds = "carried_in = previous.carried_out"
says = "上年结转应等于上一年度的结转下年"
level = "warning"
[[table]]
id = "fees"
title = "收费"
kind = "amount"
columns = [{ id = "amount", label = "金额" }]
rows = { each = "component", total = { id = "all", label = "合计" } }
=== content/agencies/shili/agency.toml
name = { zh-CN = "示例市人民政府", en = "Example City" }
kind = "city"
components = [{ id = "office", name = "办公室" }, { id = "hall", name = "大厅" }]
=== content/agencies/shili/2021/report.md
+++
published = 2022-03-20
+++
## 一、总体情况
总体平稳。
=== content/agencies/shili/2021/tables.toml
[requests]
received = { natural = 12, legal.company = 3, total = 15 }
carried_in = { natural = 1 }
done = { natural = 10, legal.company = 3 }
carried_out = { natural = 3 }
[fees]
office = { amount = 12.50 }
hall = { amount = "3" }
=== content/agencies/shili/2022/report.md
+++
published = 2023-04-02
title = "示例市 2022 年度报告"
[[accept]]
code = "coverage/late"
reason = "经批准延期"
+++
前言。
## 概述
见[附件](表.csv)和[别处](https://example.org/)，<b>注意</b>。
## 二、申请情况
=== content/agencies/shili/2022/表.csv
甲,乙
=== content/agencies/shili/2022/tables.toml
[requests]
received = { natural = 20, legal.company = 1, legal.other = 2 }
carried_in = { natural = 3 }
done = { natural = 23, legal.company = 1, legal.other = 1 }
carried_out = { legal.other = 1 }
[fees]
office = { amount = 7 }
hall = { amount = 0 }
all = { amount = 8 }
=== content/agencies/shili-swj/agency.toml
name = "示例市水务局"
kind = "bureau"
parent = "shili"
since = 2021
=== content/agencies/shili-swj/2022/report.md
+++
published = 2023-01-20
[[accept]]
code = "rule/balance"
cell = "requests[received, natural]"
reason = "原报告如此"
+++
## 一、总体情况
无。
=== content/agencies/shili-swj/2022/tables.toml
[requests]
received = { natural = "５", total = 5 }
carried_in = { natural = "/" }
done = { natural = 4 }
carried_out = { natural = 2 }
[fees]
"#;

/// Numbers that look random and are the same every time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

#[test]
fn warm_says_what_cold_says() {
    let original = Files::archive(PORTAL);
    let mut files = original.clone();
    let mut warm = Pipeline::new(false);
    let mut dice = Dice::new(7);
    let mut history = Vec::new();
    for step in 0..300 {
        let kept = said(&files, &warm.check(&files.tree()));
        let fresh = said(&files, &files.check());
        let edits: Vec<_> = history.iter().rev().take(4).collect();
        assert!(kept == fresh, "after step {step}, {edits:?}: {}", first_difference(&kept, &fresh));
        history.push(edit(&mut files, &original, &mut dice));
    }
}

/// Shelves in memory, what stands on them and its list; now and then one is damaged.
#[derive(Clone, Default)]
struct Shelves(Arc<Mutex<BTreeMap<usize, Shelf>>>);

/// What stands on a shelf, and the list of it.
type Shelf = (Vec<u8>, Vec<u8>);

impl Memory for Shelves {
    fn list(&self, shelf: usize) -> Option<Vec<u8>> {
        self.0.lock().expect("no test has failed").get(&shelf).map(|(_, list)| list.clone())
    }

    fn part(&self, shelf: usize, at: Range<u64>) -> Option<Vec<u8>> {
        let shelves = self.0.lock().expect("no test has failed");
        let (start, end) = (usize::try_from(at.start).ok()?, usize::try_from(at.end).ok()?);
        shelves.get(&shelf)?.0.get(start..end).map(<[u8]>::to_vec)
    }

    fn write(&self, shelf: usize, things: &[u8], list: &[u8]) -> bool {
        let mut shelves = self.0.lock().expect("no test has failed");
        shelves.insert(shelf, (things.to_vec(), list.to_vec()));
        true
    }
}

#[test]
fn a_run_that_recalls_the_one_before_says_what_a_fresh_one_says() {
    let original = Files::archive(PORTAL);
    let mut files = original.clone();
    let shelves = Shelves::default();
    let mut dice = Dice::new(31);
    let (mut history, mut recalled) = (Vec::new(), 0);
    for step in 0..300 {
        let mut run = Pipeline::new(false);
        run.remember_in(shelves.clone());
        let tree = files.tree();
        let checked = run.check(&tree);
        run.keep(&tree);
        let (kept, fresh) = (said(&files, &checked), said(&files, &files.check()));
        let edits: Vec<_> = history.iter().rev().take(4).collect();
        assert!(kept == fresh, "after step {step}, {edits:?}: {}", first_difference(&kept, &fresh));
        // All that pages are made of, not only what is told.
        let whole = |checked: &Checked| {
            // Sheets are fetched when they are asked for.
            let reports = checked.portal.reports.iter();
            let fetched = reports.inspect(|report| assert!(report.sheets().len() < 9, "too many sheets"));
            fetched.map(|report| format!("{report:#?}")).collect::<String>()
        };
        let (kept, fresh) = (whole(&checked), whole(&files.check()));
        assert!(kept == fresh, "after step {step}, {edits:?}: {}", first_difference(&kept, &fresh));
        recalled += run.recalled();
        history.push(edit(&mut files, &original, &mut dice));
        if dice.below(10) == 0 {
            for (things, list) in shelves.0.lock().expect("no test has failed").values_mut() {
                match dice.below(3) {
                    0 => list.truncate(dice.below(list.len())),
                    1 => things.truncate(dice.below(things.len())),
                    _ => things.iter_mut().for_each(|byte| *byte ^= 1),
                }
            }
        }
    }
    assert!(recalled > 300, "only {recalled} reports were recalled in 300 runs");
}

/// A report that was remembered, its shelf damaged while its sources change: nobody can tell its
/// figures, which is said.
#[test]
fn a_report_that_is_lost_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = Files::archive(PORTAL);
    for path in files.paths() {
        let file = folder.path().join(&path);
        fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder can be made");
        fs::write(file, files.get(&path).unwrap_or_default()).expect("a file can be written");
    }
    let shelves = Shelves::default();
    let look = || {
        let mut run = Pipeline::new(false);
        run.remember_in(shelves.clone());
        // What was saved just now is not remembered.
        thread::sleep(Duration::from_millis(100));
        let tree = scan(folder.path());
        let prepared = run.prepare(&tree);
        run.keep(&tree);
        prepared
    };
    look();
    let figures = folder.path().join("content/agencies/shili-swj/2022/tables.toml");
    let text = |prepared: &Prepared| {
        let report = prepared.checked.portal.report("shili-swj", 2022).expect("it is there");
        format!("{:?}", report.sheets())
    };
    let was = text(&look());
    assert!(was.contains("digits: 5"), "{was}");
    for (things, _) in shelves.0.lock().expect("no test has failed").values_mut() {
        things.clear();
    }
    let again = look();
    assert_eq!((text(&again), again.lost().len()), (was, 0), "it is read from its sources");
    for (things, _) in shelves.0.lock().expect("no test has failed").values_mut() {
        things.clear();
    }
    let changed = look();
    fs::write(figures, "[requests]\n").expect("a file can be written");
    assert!(!text(&changed).contains("digits: 5"));
    let lost: Vec<_> = changed.lost().iter().map(|lost| lost.code.clone()).collect();
    assert_eq!(lost, ["report/lost"]);
}

fn first_difference(kept: &str, fresh: &str) -> String {
    let mut lines = kept.lines().zip(fresh.lines());
    let (kept, fresh) =
        lines.find(|(kept, fresh)| kept != fresh).unwrap_or(("one says more", "than the other"));
    format!("\n  warm: {kept}\n  cold: {fresh}")
}

/// All that a run says: the findings, those of every report, and what was read.
fn said(files: &Files, checked: &Checked) -> String {
    let mut said = files.words(&checked.found, "zh-CN");
    for (report, found) in checked.portal.reports.iter().zip(&checked.of_reports) {
        said += &format!("{} {} {}\n", report.agency, report.year, report.fingerprint);
        said += &files.words(found, "en");
    }
    said
}

/// One random edit; says what it did.
pub(crate) fn edit(files: &mut Files, original: &Files, dice: &mut Dice) -> String {
    let paths = files.paths();
    let all = original.paths();
    let path = dice.pick(if paths.is_empty() { &all } else { &paths }).clone();
    let bytes = files.get(&path).unwrap_or_default().to_vec();
    match dice.below(8) {
        0 => {
            files.remove(&path);
            format!("delete {path}")
        }
        1 | 2 => {
            let path = dice.pick(&all);
            files.put(path, original.get(path).unwrap_or_default());
            format!("restore {path}")
        }
        3 => {
            let to = dice.pick(&all);
            files.put(to, &bytes);
            format!("copy {path} to {to}")
        }
        4 => {
            let at = dice.below(bytes.len());
            let mut bytes = bytes;
            bytes.insert(at, *dice.pick(&[0xff, 0xd6, b'{', b'\n', b'"', b'#']));
            files.put(&path, bytes);
            format!("put a byte into {path} at {at}")
        }
        _ => {
            let digits: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at].is_ascii_digit()).collect();
            let mut bytes = bytes;
            if !digits.is_empty() {
                let at = *dice.pick(&digits);
                bytes[at] = b'0' + u8::try_from(dice.below(10)).unwrap_or(0);
            }
            files.put(&path, bytes);
            format!("change a digit of {path}")
        }
    }
}
