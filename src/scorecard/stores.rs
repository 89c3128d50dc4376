//! Which data stores a repository uses, and where that is seen.

use super::evidence::{at, not_applicable};
use super::facts::Facts;
use super::files::Manifest;
use crate::model::repository::{folder_of, has_ending, join, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::{Node, Text};

/// Names of databases, as images and services of Compose have them.
const STORES: &[&str] = &[
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongo",
    "mongodb",
    "cockroach",
    "cassandra",
    "scylla",
    "influxdb",
    "neo4j",
    "timescaledb",
    "timescaledb-ha",
    "postgis",
    "pgvector",
    "mssql",
    "sqlserver",
    "clickhouse",
    "clickhouse-server",
    "couchdb",
    "minio",
    "elasticsearch",
    "opensearch",
];

/// Databases in infrastructure code.
const RESOURCES: &[&str] = &[
    "\"aws_db_instance\"",
    "\"aws_rds_cluster\"",
    "\"google_sql_database_instance\"",
    "\"aws_dynamodb_table\"",
    "\"azurerm_postgresql_flexible_server\"",
    "\"azurerm_mssql_database\"",
    "\"azurerm_mysql_flexible_server\"",
    "\"digitalocean_database_cluster\"",
];

/// Libraries that speak to a database, as manifests name them.
const LIBRARIES: &[&str] = &[
    "sqlx =",
    "diesel =",
    "tokio-postgres =",
    "sea-orm =",
    "rusqlite =",
    "mongodb =",
    "\"pg\"",
    "\"mysql2\"",
    "\"mongoose\"",
    "\"@prisma/client\"",
    "\"typeorm\"",
    "\"sequelize\"",
    "\"knex\"",
    "\"drizzle-orm\"",
    "\"better-sqlite3\"",
    "psycopg",
    "sqlalchemy",
    "asyncpg",
    "pymongo",
    "mysqlclient",
    "lib/pq",
    "jackc/pgx",
    "gorm.io/gorm",
    "go-sql-driver/mysql",
    "mattn/go-sqlite3",
    "mongo-driver",
    "gem \"pg\"",
    "gem 'pg'",
    "gem \"mysql2\"",
    "gem 'mysql2'",
    "laravel/framework",
    "doctrine/orm",
    "spring-boot-starter-data-jpa",
    "spring-boot-starter-jdbc",
    "npgsql",
    "entityframeworkcore",
    "ecto_sql",
];

/// Libraries that keep data in files of the program itself.
const EMBEDDED: &[&str] = &[
    "heed =",
    "lmdb",
    "rocksdb",
    "sled =",
    "redb =",
    "fjall =",
    "leveldb",
    "duckdb",
    "go.etcd.io/bbolt",
    "dgraph-io/badger",
    "cockroachdb/pebble",
];

impl Facts<'_> {
    /// Says that nothing is asked without a data store: what a program keeps in files of its own is whoever runs it to
    /// back up.
    pub(super) fn without_store(&self, because: &str) -> Verdict {
        match self.dependency(EMBEDDED) {
            Some(library) => Verdict {
                evidence: vec![library],
                ..not_applicable("only a store inside the program was found: who runs it keeps its files")
            },
            None => not_applicable(because),
        }
    }

    /// Returns the data stores in use: services of Compose and workloads with a database's image,
    /// databases in infrastructure code; without any of these the library that speaks to one.
    pub(super) fn data_stores(&self) -> Vec<Evidence> {
        let mut found = Vec::new();
        for service in self.files.all_services() {
            let image = service.get("image").and_then(|(path, node)| Some((path, node.text()?)));
            let by_image = image.map(|(path, image)| (path, image, self.filled(path, &image.value)));
            let by_image = by_image.filter(|(.., name)| is_store(name));
            let by_name = Some(service.key).filter(|key| STORES.contains(&key.value.to_lowercase().as_str()));
            let seen = by_image.map(|(path, image, name)| (path, image, format!("image: {name}")));
            let seen = seen.or_else(|| by_name.map(|key| (service.path, key, format!("service `{}`", key.value))));
            let place = |path: &str, text: &Text| self.repository.position(path, text.span.start);
            found.extend(seen.map(|(path, text, seen)| at(path, place(path, text), seen)));
        }
        found.extend(self.files.workloads().flat_map(store_containers));
        found.extend(self.line_in(|path| has_ending(path, &["tf"]), RESOURCES));
        if found.is_empty() {
            found.extend(self.dependency(LIBRARIES));
        }
        found
    }
}

impl Facts<'_> {
    /// Puts values into `${NAME}` and `${NAME:-default}` as Compose does: from `.env` beside the file.
    fn filled(&self, path: &str, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
        let Some((inner, after)) = rest.split_once('}') else { return text.to_owned() };
        let (name, default) = inner.split_once('-').unwrap_or((inner, ""));
        let name = name.trim_end_matches([':', '?']);
        let file = join(folder_of(path), ".env").and_then(|path| self.repository.text(&path));
        let lines = file.into_iter().flat_map(|file| file.text.lines()).filter_map(|line| line.trim().split_once('='));
        let value = lines
            .into_iter()
            .find(|(key, _)| *key == name)
            .map_or(default, |(_, value)| value.trim_matches(['"', '\'']));
        format!("{before}{value}{after}")
    }
}

fn store_containers(manifest: &Manifest<'_>) -> Vec<Evidence> {
    let images = manifest.containers().filter_map(|container| container.get("image").and_then(Node::text));
    images
        .filter(|image| is_store(&image.value))
        .map(|image| at(manifest.path, manifest.file.position(image.span.start), format!("image: {}", image.value)))
        .collect()
}

fn is_store(image: &str) -> bool {
    let name = image.split(['@']).next().unwrap_or_default();
    let name = name_of(name).split(':').next().unwrap_or_default();
    STORES.contains(&name) || (name == "server" && image.contains("mssql"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_told_from_other_servers() {
        assert!(is_store("docker.io/library/postgres:16") && is_store("mcr.microsoft.com/mssql/server:2022"));
        assert!(is_store("localhost:5000/postgres") && is_store("postgres@sha256:0"));
        assert!(!is_store("ghcr.io/me/server:1") && !is_store("postgres-exporter"));
    }
}
