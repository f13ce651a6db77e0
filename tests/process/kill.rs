//! A build that is killed: the old site or the new one, never a mixture.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::portal::{Node, Portal, Tree, differences, gongkai, page_md, report_md, tree};
use crate::random::Random;

/// Two portals that are published to one folder in turn, and the site of each.
struct Turns {
    portals: [Portal; 2],
    sites: [Tree; 2],
    around: tempfile::TempDir,
    /// Which of them is there.
    now: usize,
    /// How long a build takes that makes the other one.
    takes: Duration,
}

impl Turns {
    fn new() -> Self {
        let portals = [Portal::new(1), Portal::new(2)];
        // Pages only the one has and pages only the other has.
        fs::remove_dir_all(portals[0].path("content/agencies/shili-zf/2023")).unwrap();
        fs::remove_dir_all(portals[1].path("content/agencies/shili-jy")).unwrap();
        portals[1].write("content/only-here.md", &page_md("只有这里有", 1));
        let mut sites = [portals[0].build(), portals[1].build()];
        let around = tempfile::tempdir().unwrap();
        let mut turns = Self { portals, sites: sites.clone(), around, now: 0, takes: Duration::MAX };
        turns.whole(0);
        fs::write(turns.output().join("CNAME"), "nianbao.example\n").unwrap();
        for site in &mut sites {
            site.insert("CNAME".to_owned(), Node::File(b"nianbao.example\n".to_vec()));
        }
        turns.sites = sites;
        for which in [1, 0, 1, 0] {
            let start = Instant::now();
            turns.whole(which);
            turns.takes = turns.takes.min(start.elapsed());
        }
        turns
    }

    fn output(&self) -> std::path::PathBuf {
        self.around.path().join("site")
    }

    fn spawn(&self, which: usize) -> Child {
        let mut command = gongkai();
        command.arg("-r").arg(self.portals[which].root()).arg("build").arg("-o").arg(self.output());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// A build that runs to its end: the site is whole, and nothing lies about.
    fn whole(&mut self, which: usize) {
        let status = self.spawn(which).wait().unwrap();
        assert_eq!(status.code(), Some(0));
        assert_eq!(self.now_there("a whole build"), which);
        assert_eq!(names(self.around.path()), ["site"]);
        self.now = which;
    }

    /// Which site is there; anything else is the end of the test.
    fn now_there(&self, what: &str) -> usize {
        let found = tree(&self.output());
        if let Some(which) = self.sites.iter().position(|site| *site == found) {
            return which;
        }
        let [one, other] = &self.sites;
        panic!(
            "after {what} neither site is there; from the one:\n{}from the other:\n{}",
            differences(one, &found),
            differences(other, &found)
        );
    }
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Waits until something is there or the process has ended; false when it has ended.
fn wait_for(path: &Path, process: &mut Child) -> bool {
    while !path.exists() {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        sleep(Duration::from_micros(200));
    }
    true
}

/// When a build is hit: at any moment of it, while it writes, or about when it changes the
/// sites over.
fn wait_for_moment(turns: &Turns, process: &mut Child, random: &mut Random) {
    let part = |random: &mut Random, whole: Duration| sleep(whole * random.below(1000) as u32 / 1000);
    let stage = turns.around.path().join(".site.gongkai-stage");
    match random.below(4) {
        0 | 1 => part(random, turns.takes),
        2 => {
            wait_for(&stage, process);
            part(random, turns.takes / 2);
        }
        _ => {
            wait_for(&stage.join(".gongkai-manifest"), process);
            part(random, turns.takes / 20);
        }
    }
}

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new_one() {
    const KILLS: usize = 200;
    let mut turns = Turns::new();
    let mut random = Random::new(3);
    let (mut hit, mut old, mut new, mut debris) = (0, 0, 0, 0);
    let mut tries = 0;
    while hit < KILLS {
        tries += 1;
        assert!(tries < KILLS * 5, "most builds end before they can be killed");
        let aim = 1 - turns.now;
        let mut build = turns.spawn(aim);
        wait_for_moment(&turns, &mut build, &mut random);
        let _ = build.kill();
        let status = build.wait().unwrap();
        let there = turns.now_there("a killed build");
        if status.signal() == Some(9) {
            hit += 1;
            debris += usize::from(names(turns.around.path()).len() > 1);
            match there == aim {
                true => new += 1,
                false => old += 1,
            }
        }
        turns.now = there;
        // Now and then a build is killed after one that was killed.
        if !random.once_in(4) {
            turns.whole(aim);
        }
    }
    turns.whole(1 - turns.now);
    let ms = turns.takes.as_millis();
    eprintln!(
        "{hit} kills of builds of {ms} ms: old site {old}, new site {new}, stage left for the next build {debris}"
    );
    assert!(old > 0 && new > 0, "the kills do not spread over the build");
}

#[test]
fn a_killed_first_build_leaves_nothing_or_all() {
    let mut turns = Turns::new();
    let mut random = Random::new(4);
    let (mut nothing, mut all) = (0, 0);
    for _ in 0..30 {
        fs::remove_dir_all(turns.output()).unwrap();
        let mut build = turns.spawn(0);
        wait_for_moment(&turns, &mut build, &mut random);
        let _ = build.kill();
        build.wait().unwrap();
        match turns.output().exists() {
            false => nothing += 1,
            true => {
                all += 1;
                let mut site = turns.sites[0].clone();
                site.remove("CNAME");
                assert!(tree(&turns.output()) == site, "{}", differences(&site, &tree(&turns.output())));
            }
        }
        let status = turns.spawn(0).wait().unwrap();
        assert_eq!(status.code(), Some(0));
        fs::write(turns.output().join("CNAME"), "nianbao.example\n").unwrap();
        turns.whole(0);
    }
    eprintln!("30 kills of first builds: no site {nothing}, whole site {all}");
}

/// A portal so large that a small change of it is made where the site stands.
fn large_portal(output: &Path) -> (Portal, [Tree; 2]) {
    let portal = Portal::new(9);
    for number in 0..1100 {
        portal.write(&format!("content/agencies/shili-sw/2021/附件/{number}.txt"), &number.to_string());
    }
    let sites = [0, 1].map(|version| {
        change(&portal, version);
        portal.build_to(output)
    });
    (portal, sites)
}

/// One report changed, a page more and a page less.
fn change(portal: &Portal, version: usize) {
    portal.write("content/agencies/shili-sw/2022/report.md", &report_md(2022, version as u64));
    let pages = ["content/one.md", "content/other.md"];
    let _ = fs::remove_file(portal.path(pages[version]));
    portal.write(pages[1 - version], &page_md("页", version as u64));
}

#[test]
fn a_killed_small_change_never_looks_whole_and_is_finished_by_the_next_build() {
    let around = tempfile::tempdir().unwrap();
    let output = around.path().join("site");
    let (portal, sites) = large_portal(&output);
    let folder = fs::metadata(&output).unwrap().ino();
    let spawn = || {
        let mut command = gongkai();
        command.arg("-r").arg(portal.root()).arg("build").arg("-o").arg(&output);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let (stage, decided) =
        (around.path().join(".site.gongkai-stage"), around.path().join(".site.gongkai-change"));
    let mut random = Random::new(13);
    let (mut whole, mut between) = (0, 0);
    for round in 0..40 {
        let aim = round % 2;
        change(&portal, aim);
        let mut build = spawn();
        if random.once_in(2) {
            wait_for(&stage, &mut build);
            sleep(Duration::from_micros(random.below(20_000)));
        } else {
            wait_for(&decided, &mut build);
            sleep(Duration::from_micros(random.below(2_000)));
        }
        let _ = build.kill();
        build.wait().unwrap();
        let there = tree(&output);
        match sites.contains(&there) {
            true => whole += 1,
            false => {
                between += 1;
                assert!(!there.contains_key(".gongkai-manifest"), "a mixture looks whole");
                assert!(decided.exists(), "nobody knows how to finish it");
            }
        }
        assert_eq!(spawn().wait().unwrap().code(), Some(0));
        let there = tree(&output);
        assert!(there == sites[aim], "{}", differences(&sites[aim], &there));
        assert_eq!(names(around.path()), ["site"]);
    }
    assert_eq!(fs::metadata(&output).unwrap().ino(), folder, "the site was made anew, not changed in place");
    eprintln!("40 kills of small changes: {whole} sites whole, {between} in between and finished later");
}

fn signal(process: &Child, name: &str) {
    let command = format!("kill -{name} {}", process.id());
    let _ = Command::new("sh").arg("-c").arg(command).stderr(Stdio::null()).status();
}

/// An interrupted build says so (130), or had no hand free yet to catch the signal, or had
/// finished; the last only with the new site in place.
fn assert_interrupted(status: ExitStatus, there: usize, turns: &Turns, name: &str) -> bool {
    let stopped = status.code() == Some(130) || status.signal().is_some();
    match stopped {
        true => assert_eq!(there, turns.now, "{name}: {status}"),
        false => {
            assert_eq!(status.code(), Some(0), "{name}: {status}");
            assert_ne!(there, turns.now, "{name}: {status}");
        }
    }
    assert_eq!(names(turns.around.path()), ["site"], "{name}: {status}");
    stopped
}

#[test]
fn an_interrupted_build_clears_up() {
    let mut turns = Turns::new();
    let mut random = Random::new(5);
    let (mut stopped, mut caught) = (0, 0);
    for round in 0..60 {
        let name = ["INT", "TERM", "HUP"][round % 3];
        let mut build = turns.spawn(1 - turns.now);
        wait_for_moment(&turns, &mut build, &mut random);
        signal(&build, name);
        if random.once_in(3) {
            signal(&build, name);
        }
        let status = build.wait().unwrap();
        let there = turns.now_there(name);
        stopped += usize::from(assert_interrupted(status, there, &turns, name));
        caught += usize::from(status.code() == Some(130));
        turns.now = there;
    }
    turns.whole(1 - turns.now);
    eprintln!("60 signals: {stopped} builds stopped, {caught} of them with 130; the others had finished");
    assert!(stopped > 0);
}
