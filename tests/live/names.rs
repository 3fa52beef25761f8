//! Certificates of every awkward kind: what verifies is what psql says verifies.

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, IsCa};

use crate::certificates::{AUTHORITY, Authority, Identity, STRANGER, authority_params, params};
use crate::cluster::{Cluster, Options, PASSWORD, Release};
use crate::program::{check_url, psql, psql_run};
use crate::supervised::{folder, write};

/// A server's certificate with the roots to hold it against, and a word on it.
type Kind = (&'static str, Identity, String);

fn kinds() -> Vec<Kind> {
    let root = AUTHORITY.pem();
    let sign = |params: CertificateParams| AUTHORITY.sign(&params);
    let mut kinds: Vec<Kind> = Vec::new();
    for (what, common_name, names) in [
        ("common name alone", "localhost", &[][..]),
        ("common name in capitals", "LOCALHOST", &[]),
        ("another common name, and the right alternative", "x", &["localhost"]),
        ("the right common name, and another alternative", "localhost", &["db.example.com"]),
        ("an address as the only alternative", "x", &["127.0.0.1"]),
        ("an address beside the common name", "localhost", &["127.0.0.1"]),
        ("another address beside the common name", "127.0.0.1", &["127.0.0.9"]),
        ("a name beside an address for a common name", "127.0.0.1", &["localhost"]),
        ("a star for everything", "x", &["*"]),
        ("nothing that fits", "x", &["*.localhost", "localhost.example.com"]),
    ] {
        kinds.push((what, sign(params(common_name, names)), root.clone()));
    }
    let ours = || params("localhost", &["localhost", "127.0.0.1"]);
    let between = AUTHORITY.below(authority_params("Between"));
    kinds.push(("a complete chain", between.sign(&ours()).followed_by(&between), root.clone()));
    kinds.push(("a missing link", between.sign(&ours()), root.clone()));
    let both = format!("{}{root}", between.pem());
    kinds.push(("a link among the roots", between.sign(&ours()), both));
    kinds.push(("a link for a root", between.sign(&ours()), between.pem()));
    let mut not_one = params("No authority", &[]);
    not_one.is_ca = IsCa::ExplicitNoCa;
    let not_one = AUTHORITY.below(not_one);
    kinds.push((
        "signed by no authority",
        not_one.sign(&ours()).followed_by(&not_one),
        root.clone(),
    ));
    let namesake = Authority::new("DSN Lens tests");
    kinds.push(("signed by a namesake", namesake.sign(&ours()), root.clone()));
    kinds.push(("among several roots", sign(ours()), format!("{}{root}", STRANGER.pem())));
    let itself = Identity::self_signed(&ours());
    kinds.push(("its own root", itself.clone(), itself.certificates.clone()));
    kinds.push(("self-signed", itself, root.clone()));
    let mut own_authority = ours();
    own_authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let itself = Identity::self_signed(&own_authority);
    kinds.push(("its own root and authority", itself.clone(), itself.certificates));
    let mut for_clients = ours();
    for_clients.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    kinds.push(("for clients", sign(for_clients), root.clone()));
    let mut for_servers = ours();
    for_servers.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    kinds.push(("for servers", sign(for_servers), root.clone()));
    let mut shallow = authority_params("Shallow");
    shallow.is_ca = IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    let shallow = AUTHORITY.below(shallow);
    let deep = shallow.below(authority_params("Deep"));
    let chain = deep.sign(&ours()).followed_by(&deep).followed_by(&shallow);
    kinds.push(("an authority too deep", chain, root));
    kinds
}

#[test]
fn what_verifies_is_what_psql_says() {
    let kinds = kinds();
    let first = Options { tls: Some(&kinds[0].1), ..Options::default() };
    let cluster = Cluster::start(Release::V15, "names", &first);
    let folder = folder("roots");
    let roots = folder.join("roots.crt");
    let mut asked = 0;
    for (what, identity, its_roots) in &kinds {
        write(&cluster.process.folder.join("server.crt"), &identity.certificates, 0o644);
        write(&cluster.process.folder.join("server.key"), &identity.key, 0o600);
        write(&roots, its_roots, 0o644);
        let loaded = "SELECT pg_conf_load_time()";
        let before = cluster.sql(loaded);
        cluster.sql("SELECT pg_reload_conf()");
        // Each backend reads the certificate that the postmaster has.
        while cluster.sql(loaded) == before {}
        let root = roots.to_str().unwrap();
        for mode in ["verify-ca", "verify-full"] {
            for host in ["localhost", "127.0.0.1"] {
                let port = cluster.port;
                let real = psql(&format!(
                    "host={host} port={port} user=app password={PASSWORD} dbname=postgres \
                     sslmode={mode} sslrootcert={root}"
                ));
                let url = format!(
                    "postgres://app:{PASSWORD}@{host}:{port}/postgres?sslmode={mode}&sslrootcert={root}"
                );
                let run = check_url(&url, &[]);
                let ours = (run.json()["connected"] == true).then_some(true);
                let said = psql_run(&format!("host={host} port={port} user=app password={PASSWORD} dbname=postgres sslmode={mode} sslrootcert={root}"), "select 1").stderr;
                assert_eq!(ours, real, "{what}, {mode}, {host}: {said}{}", run.stdout);
                asked += 1;
            }
        }
    }
    println!("{asked} equal");
}
