//! Hosts as the providers hand them out, and such as only look so.

use super::*;
use std::prelude::rust_2024::*;

/// A host of the shape of each row, a port, a database, and what it is.
const REAL: &str = "
    postgres.railway.internal 5432 railway Railway's private network
    shuttle.proxy.rlwy.net 15140 railway Railway's public proxy
    roundhouse.proxy.rlwy.net 40123 railway Railway's public proxy
    containers-us-west-42.railway.app 7654 railway a legacy database plugin of Railway
    ec2-54-0-0-1.compute-1.amazonaws.com 5432 d1x Heroku Postgres
    ec2-54-0-0-1.eu-west-1.compute.amazonaws.com 5432 d1x Heroku Postgres
    private-shop-do-user-1234567-0.b.db.ondigitalocean.com 25061 web DigitalOcean's connection pool
    private-shop-do-user-1234567-0.b.db.ondigitalocean.com 25060 defaultdb DigitalOcean's managed PostgreSQL
    shop-do-user-1234567-0.b.db.ondigitalocean.com 25061 web DigitalOcean's connection pool
    shop-do-user-1234567-0.b.db.ondigitalocean.com 25060 defaultdb DigitalOcean's managed PostgreSQL
    dpg-cabcdefghijklmnopqrs-a 5432 shop Render's internal address
    dpg-cabcdefghijklmnopqrs-a.oregon-postgres.render.com 5432 shop Render's external address
    pgbouncer.abc123.flympg.net 5432 fly-db Fly.io's managed PgBouncer
    direct.abc123.flympg.net 5432 fly-db Fly.io's managed PostgreSQL
    shop-db.flycast 5432 shop an unmanaged Postgres of Fly.io
    top1.nearest.of.shop-db.internal 5432 shop an unmanaged Postgres of Fly.io
    top2.nearest.of.shop-db.internal 5432 shop an unmanaged Postgres of Fly.io
    shop-db.internal 5433 shop an unmanaged Postgres of Fly.io
    ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech 5432 db Neon's pooler
    ep-cool-darkness-a1b2c3d4.c-2.eu-central-1.aws.neon.tech 5432 db Neon
    db.abcdefghijklmnopqrst.supabase.co 6543 postgres Supabase's dedicated pooler
    db.abcdefghijklmnopqrst.supabase.co 5432 postgres Supabase's direct connection
    aws-0-eu-central-1.pooler.supabase.com 6543 postgres Supabase's transaction pooler
    aws-1-eu-central-1.pooler.supabase.com 5432 postgres Supabase's session pooler
    shop.proxy-abc123def456.us-east-1.rds.amazonaws.com 5432 db Amazon RDS Proxy
    ro.endpoint.proxy-abc123.us-east-1.rds.amazonaws.com 5432 db Amazon RDS Proxy
    shop.cluster-abc123def456.us-east-1.rds.amazonaws.com 5432 db Amazon Aurora
    shop.cluster-ro-abc123def456.us-east-1.rds.amazonaws.com 5432 db Amazon Aurora
    shop.abc123def456.us-east-1.rds.amazonaws.com 5432 db Amazon RDS
    /cloudsql/project:europe-west1:shop 5432 db Cloud SQL's socket
    /cloudsql/example.com:project:europe-west1:shop 5432 db Cloud SQL's socket
    shop.postgres.database.azure.com 6432 db Azure's built-in PgBouncer
    shop.postgres.database.azure.com 5432 db Azure Database for PostgreSQL
    shop-project.a.aivencloud.com 12345 defaultdb Aiven for PostgreSQL
    p.abcdefghijklmnopqrst.db.postgresbridge.com 5431 db Crunchy Bridge's PgBouncer
    p.abcdefghijklmnopqrst.db.postgresbridge.com 5432 db Crunchy Bridge
    shop-12345.j77.aws-us-east-1.cockroachlabs.cloud 26257 db CockroachDB Cloud
    abc123.def456.tsdb.cloud.timescale.com 29303 tsdb_transaction Timescale's transaction pooler
    abc123.def456.tsdb.cloud.timescale.com 31234 tsdb Timescale's Tiger Cloud
    abc123-useast1-1.horizon.psdb.cloud 6432 postgres PlanetScale's PgBouncer
    abc123-useast1-1.horizon.psdb.cloud 5432 postgres PlanetScale
    us-east-1.pg.psdb.cloud 6432 postgres PlanetScale's PgBouncer
    us-east-1.pg.psdb.cloud 5432 postgres PlanetScale
    ep-cool-darkness-123456-pooler.us-east-1.postgres.vercel-storage.com 5432 verceldb Vercel's pooler
    ep-cool-darkness-123456.us-east-1.postgres.vercel-storage.com 5432 verceldb Vercel Postgres
    ep-cool-hall-a1-pooler.eu-central-1.pg.koyeb.app 5432 koyebdb Koyeb's pooler
    ep-cool-hall-a1.eu-central-1.pg.koyeb.app 5432 koyebdb Koyeb's managed PostgreSQL
    us-east-1.sql.xata.sh 5432 shop:main Xata Lite
    primary.shop--abc123.addon.code.run 29643 db a database of Northflank
    balarama.db.elephantsql.com 5432 db ElephantSQL
";

#[test]
fn every_row_is_recognised_by_a_host_of_its_shape() {
    let mut unseen: Vec<_> = ENDPOINTS.iter().map(core::ptr::from_ref).collect();
    for line in REAL.trim().lines() {
        let mut words = line.trim().splitn(4, ' ');
        let mut word = || words.next().expect("a host, a port, a database and a name");
        let (host, port, database) = (word(), word().parse().unwrap(), word());
        let found = recognise(host, port, database).expect(host);
        assert_eq!(found.name, word(), "{host}");
        unseen.retain(|it| !core::ptr::eq(*it, found));
        assert!(core::ptr::eq(recognise(&host.to_uppercase(), port, database).unwrap(), found));
        if !host.starts_with('/') {
            let rooted = format!("{host}.");
            assert!(core::ptr::eq(recognise(&rooted, port, database).unwrap(), found));
        }
    }
    assert!(unseen.is_empty(), "{} rows are never recognised", unseen.len());
}

#[test]
fn what_only_looks_like_a_provider_is_none() {
    for host in [
        "",
        ".",
        "localhost",
        "db",
        "10.0.0.1",
        "::1",
        "/var/run/postgresql",
        "/cloudsql",
        "/cloudsql/",
        "evilneon.tech",
        "neon.tech",
        ".neon.tech",
        "console.neon.tech",
        "neon.tech.example.com",
        "ep-x.neon.tech.example.com",
        "ep-cool.aws.neon.technology",
        "rds.amazonaws.com",
        "shop.rds.amazonaws.com.example.com",
        "shop.evilrds.amazonaws.com",
        "ip-10-0-0-1.ec2.internal",
        "host.docker.internal",
        "shop.c.project.internal",
        "railway.internal.example.com",
        "myapp.up.railway.app",
        "db.example.com",
        "dpg-a",
        "dpg-abc-a.example.com",
        "dpg-abc-a.render.com",
        "abcdefghijklmnopqrst.supabase.co",
        "db.a.b.supabase.co",
        "db.abcdefghijklmnopqrst.supabase.com",
        "postgres.database.azure.com",
        "pooler.supabase.com",
        "xpooler.supabase.com",
        "psdb.cloud",
        "shop.connect.psdb.cloud",
        "ép-é.nëon.tech",
        "é.neon.tech",
    ] {
        assert_eq!(recognise(host, 5432, "db").map(|it| it.name), None, "{host}");
    }
}

#[test]
fn every_row_has_its_source_and_its_words() {
    for it in ENDPOINTS {
        assert!(!it.provider.is_empty() && !it.name.is_empty(), "{}", it.host);
        assert!(!cfg!(feature = "pages") || !it.source.is_empty(), "{} has no source", it.name);
        // What others share can be certain of nothing that its server says.
        assert!(it.is_certain || it.tls.sure().is_none(), "{}", it.name);
    }
    let pooler = ENDPOINTS.iter().find(|it| it.name == "Neon's pooler").unwrap();
    assert_eq!(pooler.host.to_string(), "ep-*-pooler.*.neon.tech");
}

#[test]
fn a_fact_says_how_certain_it_is() {
    assert_eq!((Fact::Sure(1).value(), Fact::Usual(1).value()), (Some(1), Some(1)));
    assert_eq!((Fact::Sure(1).sure(), Fact::Usual(1).sure()), (Some(1), None));
    assert_eq!((Fact::Sure(1).adverb(), Fact::Usual(1).adverb()), ("", "usually "));
    assert_eq!(Fact::<u8>::Unknown.value(), None);
}

#[test]
fn a_project_is_found_in_its_host_and_in_its_address() {
    for text in ["https://abc123.supabase.co", "https://abc123.supabase.co/"] {
        assert_eq!(supabase_project(text), Some("abc123"));
    }
    assert_eq!(supabase_project("db.abc123.supabase.co"), Some("abc123"));
    for text in ["https://supabase.co", "https://a.b.supabase.co", "abc123", ".supabase.co"] {
        assert_eq!(supabase_project(text), None, "{text}");
    }
}
