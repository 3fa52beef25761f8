//! What the fuzz targets start from, held to the same invariants without a fuzzer.

use std::fs;
use std::path::Path;

use dsnlens_tests::invariants::TARGETS;

#[test]
fn every_seed_keeps_the_invariants() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut names: Vec<_> = fs::read_dir(&corpus)
        .expect("the corpus is there")
        .map(|it| it.expect("it lists its targets").file_name().into_string().expect("a name"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, TARGETS.map(|(name, _)| name), "one folder for each target");
    for (name, check) in TARGETS {
        let seeds: Vec<_> = fs::read_dir(corpus.join(name))
            .expect("a target has its seeds")
            .map(|it| it.expect("they are listed").path())
            .collect();
        assert!(seeds.len() >= 20, "{name} has only {} seeds", seeds.len());
        for seed in seeds {
            println!("{}", seed.display());
            check(&fs::read(&seed).expect("a seed is readable"));
        }
    }
}
