// Generated from the clients by tests/pages.rs. Do not edit.
export const clients = () => [
{"name":"django","title":"Django 5.2, with dj-database-url, psycopg 3 and libpq","version":"Django 5.2, psycopg 3.3, libpq 18","stages":["settings","recipe","django","psycopg","libpq"]},
{"name":"psql","title":"psql, with libpq 15 to 18","version":"libpq 18","stages":["libpq"]},
{"name":"node-postgres","title":"node-postgres (pg), and the runtime of Prisma 7","version":"pg 8.23.1, pg-connection-string 2.14.1","stages":["pg-connection-string","node-postgres"]},
{"name":"prisma","title":"Prisma's engine, up to Prisma 6","version":"prisma-engines 0d495ae9","stages":["prisma"]},
{"name":"sqlx","title":"sqlx (Rust), with native-tls","version":"sqlx 0.9.0","stages":["sqlx","connect"]},
{"name":"tokio-postgres","title":"tokio-postgres (Rust), with postgres-native-tls","version":"tokio-postgres 0.7.18","stages":["tokio-postgres","connect"]},
{"name":"ecto","title":"Ecto (Elixir), with Postgrex","version":"Ecto 3.14, Postgrex 0.20.0","stages":["ecto","postgrex"]},
{"name":"npgsql","title":"Npgsql (.NET), which takes no URL","version":"Npgsql 10.0","stages":["npgsql"]},
];
