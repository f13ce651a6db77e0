fn main() {
    let root = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let tree = gongkai::source::scan(&root);
    let t = std::time::Instant::now();
    let mut p = gongkai::pipeline::Pipeline::new(false);
    let c = p.check(&tree);
    eprintln!("{:?} {} reports", t.elapsed(), c.portal.reports.len());
    for d in c.found.iter().take(30) { println!("{:?}", d); }
}
