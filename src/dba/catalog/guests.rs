//! Guests of the wall: roles that a DBA allows by name, and schemas of others that are guarded like ours.

use std::str::FromStr;

use super::{Error, connect};

/// What a DBA lets stand beside the wall, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guest {
    /// The role may have these things.
    Allow(String, Vec<String>),
    /// The role may have nothing any more.
    Disallow(String),
    /// The schema's tables are guarded.
    Guard(String),
    /// They are not any more.
    Unguard(String),
}

/// `NAME:MAY[,MAY]`, as in `shikiri_backup:bypassrls,pg_read_all_data`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance(pub String, pub Vec<String>);

impl FromStr for Allowance {
    type Err = String;

    fn from_str(text: &str) -> Result<Allowance, String> {
        let wanted = || {
            "NAME:MAY[,MAY], where MAY is read, execute, bypassrls, replication, superuser or pg_…"
                .to_owned()
        };
        let (name, may) = text.split_once(':').ok_or_else(wanted)?;
        let may: Vec<String> = may.split(',').map(str::to_owned).collect();
        if name.is_empty() || may.iter().any(String::is_empty) {
            return Err(wanted());
        }
        Ok(Allowance(name.to_owned(), may))
    }
}

/// Writes guests down, all or none. It is a difference of the wall until `migrate` has recorded it.
///
/// # Errors
/// When the login is not the migrator's, a name is not one that may be written down, or a schema's tables are bare.
pub async fn admit(migrator_url: &str, guests: &[Guest]) -> Result<(), Error> {
    let mut client = connect(migrator_url).await?;
    let failed = |err: tokio_postgres::Error| Error::step("guests of the wall", &err);
    let tx = client.transaction().await.map_err(failed)?;
    tx.batch_execute("set local role shikiri_keeper").await.map_err(failed)?;
    for guest in guests {
        match guest {
            Guest::Allow(role, may) => {
                let text =
                    "select shikiri_ops.allow_role($1::text::name, m) from unnest($2::text[]) m";
                tx.query(text, &[role, may]).await
            }
            Guest::Disallow(role) => {
                tx.query("select shikiri_ops.disallow_role($1::text::name)", &[role]).await
            }
            Guest::Guard(schema) => {
                tx.query("select shikiri_ops.guard_schema($1::text::name)", &[schema]).await
            }
            Guest::Unguard(schema) => {
                tx.query("select shikiri_ops.unguard_schema($1::text::name)", &[schema]).await
            }
        }
        .map_err(failed)?;
    }
    tx.commit().await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::Allowance;

    #[test]
    fn an_allowance_names_a_role_and_what_it_may() {
        let it: Allowance = "shikiri_backup:bypassrls,pg_monitor".parse().expect("is one");
        assert_eq!(
            it,
            Allowance(
                "shikiri_backup".to_owned(),
                vec!["bypassrls".to_owned(), "pg_monitor".to_owned()]
            )
        );
        for it in ["", "a", "a:", ":read", "a:read,"] {
            assert!(it.parse::<Allowance>().is_err(), "{it}");
        }
    }
}
