//! The other regime: a portal in English whose reports follow the form of the United States.

use std::fs;
use std::path::Path;

use crate::portal::{copy_folder, gongkai, run};

#[test]
fn an_american_report_builds_with_its_downloads() {
    let (portal, site) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/usa"), portal.path());
    let built = run(gongkai().arg("-r").arg(portal.path()).args(["--json", "build", "-o"]).arg(site.path()));
    assert_eq!(built.code, Some(0), "{}", built.talk);
    let counts = &built.json()["counts"];
    assert_eq!((&counts["error"], &counts["warning"]), (&0.into(), &0.into()), "every sum and rule holds");
    let read = |path: &str| fs::read_to_string(site.path().join(path)).unwrap();
    let page = read("agencies/sample/2024/index.html");
    for words in [
        "V. FOIA Requests",
        "AGENCY OVERALL",
        "Sample Rivers Board",
        "Requests received: <a href=\"#requests-received-overall\">1,011</a>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let csv = read("agencies/sample/2024/sample-2024.csv");
    assert!(csv.contains("response_times,rivers,expedited.median,"), "a row for each component");
    let json: serde_json::Value =
        serde_json::from_str(&read("agencies/sample/2024/sample-2024.json")).unwrap();
    let overall = &json["tables"]["requests"][3];
    assert_eq!((&overall["row"], &overall["cells"]["received"]), (&"overall".into(), &1011.into()));
    // What stands for a report is told by the form: in the head, over the years, in orders.
    assert!(
        page.contains("<dd><a href=\"#requests-received-overall\">1,011</a>"),
        "a figure leads to its cell"
    );
    let year = read("years/2024/index.html");
    for order in ["In order of requests received", "In order of the share granted in full"] {
        assert!(year.contains(order), "{order}");
    }
    let figures = read("agencies/sample/figures/index.html");
    for row in ["requests-received-overall", "response_times-complex.median-rivers"] {
        assert!(figures.contains(&format!("<tr id=\"{row}\">")), "{row}");
    }
    assert!(figures.contains("agencies/sample/2024/index.html#requests-received-overall\">1,011</a>"));
    // Nothing on any page is left in the other language.
    let han = |text: &str| text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    for page in [
        "index.html",
        "agencies/sample/index.html",
        "data/index.html",
        "agencies/sample/2024/index.html",
        "years/2024/index.html",
    ] {
        assert_eq!(han(&read(page)), 0, "{page}");
    }
}
