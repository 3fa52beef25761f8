//! Certificates of every awkward kind: what verifies is what psql says verifies.

use rcgen::{
    CertificateParams, CidrSubnet, CustomExtension, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    NameConstraints, SerialNumber,
};

use crate::certificates::{
    AUTHORITY, Authority, Identity, STRANGER, authority_params, in_days, params,
};
use crate::cluster::{Cluster, Options, PASSWORD, Release};
use crate::program::{check_url, psql, psql_run};
use crate::supervised::{folder, write};

/// A server's certificate, and what it is held against.
struct Kind {
    what: &'static str,
    identity: Identity,
    roots: String,
    /// A file for `sslcrl`.
    lists: Option<String>,
}

type Kinds = Vec<(&'static str, Identity, String)>;

fn kinds() -> Vec<Kind> {
    let root = AUTHORITY.pem();
    let sign = |params: CertificateParams| AUTHORITY.sign(&params);
    let mut kinds: Kinds = Vec::new();
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
    kinds.push(("an authority too deep", chain, root.clone()));
    kinds.push(("signed, and an authority itself", sign(own_authority), root.clone()));
    for (what, domain) in [
        ("an authority for another domain", "example.com"),
        ("an authority for this domain", "localhost"),
    ] {
        let mut limited = authority_params(what);
        let permitted_subtrees = vec![
            GeneralSubtree::DnsName(domain.into()),
            GeneralSubtree::IpAddress(CidrSubnet::V4([127, 0, 0, 0], [255, 0, 0, 0])),
        ];
        limited.name_constraints =
            Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        let limited = AUTHORITY.below(limited);
        kinds.push((what, limited.sign(&ours()).followed_by(&limited), root.clone()));
    }
    let mut unknown = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
    kinds.push(("an unknown extension", sign(with(ours(), unknown.clone())), root.clone()));
    unknown.set_criticality(true);
    kinds.push(("an unknown critical extension", sign(with(ours(), unknown)), root.clone()));
    let mut past = authority_params("Past");
    in_days(&mut past, -1);
    let past = Authority::with(past);
    kinds.push(("a root that has expired", past.sign(&ours()), past.pem()));
    let kind = |(what, identity, roots)| Kind { what, identity, roots, lists: None };
    let mut kinds: Vec<_> = kinds.into_iter().map(kind).collect();
    kinds.extend(revoked());
    kinds
}

fn with(mut params: CertificateParams, extension: CustomExtension) -> CertificateParams {
    params.custom_extensions.push(extension);
    params
}

/// Certificates with lists of revoked ones beside them.
fn revoked() -> Vec<Kind> {
    let mut ours = params("localhost", &["localhost", "127.0.0.1"]);
    ours.serial_number = Some(SerialNumber::from(7_u64));
    let between = AUTHORITY.below(authority_params("Between"));
    let direct = AUTHORITY.sign(&ours);
    let chained = between.sign(&ours).followed_by(&between);
    let itself = Identity::self_signed(&ours);
    let (good, bad) = (AUTHORITY.revocations(&[6, 8], 9), AUTHORITY.revocations(&[6, 7], 9));
    let past = AUTHORITY.revocations(&[], -9);
    let namesake = Authority::new("DSN Lens tests").revocations(&[], 9);
    let root = AUTHORITY.pem();
    [
        ("in no list", &direct, &root, good.clone()),
        ("in a list", &direct, &root, bad.clone()),
        ("in the second of two lists", &direct, &root, format!("{good}{bad}")),
        ("a list that has expired", &direct, &root, past),
        ("a list by a stranger", &direct, &root, STRANGER.revocations(&[], 9)),
        ("a list by a namesake", &direct, &root, namesake),
        ("an empty file of lists", &direct, &root, String::new()),
        ("no list in the file", &direct, &root, "# none\n".into()),
        ("a certificate in place of lists", &direct, &root, STRANGER.pem()),
        ("a list of the root alone", &chained, &root, good.clone()),
        ("a list of the link alone", &chained, &root, between.revocations(&[], 9)),
        ("lists of both", &chained, &root, format!("{good}{}", between.revocations(&[], 9))),
        ("in the link's list", &chained, &root, format!("{good}{}", between.revocations(&[7], 9))),
        ("its own root, and another's list", &itself, &itself.certificates, good),
    ]
    .map(|(what, identity, roots, lists)| Kind {
        what,
        identity: identity.clone(),
        roots: roots.clone(),
        lists: Some(lists),
    })
    .into()
}

#[test]
fn what_verifies_is_what_psql_says() {
    let kinds = kinds();
    let first = Options { tls: Some(&kinds[0].identity), ..Options::default() };
    let cluster = Cluster::start(Release::V15, "names", &first);
    let folder = folder("roots");
    let (roots, crl) = (folder.join("roots.crt"), folder.join("lists.crl"));
    let mut asked = 0;
    for Kind { what, identity, roots: its_roots, lists } in &kinds {
        write(&cluster.process.folder.join("server.crt"), &identity.certificates, 0o644);
        write(&cluster.process.folder.join("server.key"), &identity.key, 0o600);
        write(&roots, its_roots, 0o644);
        write(&crl, lists.as_deref().unwrap_or_default(), 0o644);
        let loaded = "SELECT pg_conf_load_time()";
        let before = cluster.sql(loaded);
        cluster.sql("SELECT pg_reload_conf()");
        // Each backend reads the certificate that the postmaster has.
        while cluster.sql(loaded) == before {}
        let files = match lists {
            Some(_) => [("sslrootcert", &roots), ("sslcrl", &crl)].to_vec(),
            None => [("sslrootcert", &roots)].to_vec(),
        };
        for mode in ["verify-ca", "verify-full"] {
            for host in ["localhost", "127.0.0.1"] {
                let port = cluster.port;
                let files = files.iter().map(|(name, path)| format!("{name}={}", path.display()));
                let options = [format!("sslmode={mode}")].into_iter().chain(files);
                let options: Vec<_> = options.collect();
                let conninfo = format!(
                    "host={host} port={port} user=app password={PASSWORD} dbname=postgres {}",
                    options.join(" ")
                );
                let url = options.join("&");
                let url = format!("postgres://app:{PASSWORD}@{host}:{port}/postgres?{url}");
                let run = check_url(&url, &[]);
                let ours = (run.json()["connected"] == true).then_some(true);
                let said = psql_run(&conninfo, "select 1").stderr;
                assert_eq!(ours, psql(&conninfo), "{what}, {mode}, {host}: {said}{}", run.stdout);
                asked += 1;
            }
        }
    }
    println!("{asked} equal");
}
