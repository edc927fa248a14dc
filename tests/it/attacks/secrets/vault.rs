//! What must not be said: every secret of the vault, and values of the other biller.

use std::collections::{BTreeMap, BTreeSet};

use super::{renderings::Secret, tap::Tap};

/// Columns of bytes in the vault that are no secrets, and why.
const NO_SECRETS: &[(&str, &str)] =
    &[("credential.salt", "login_params tells it to whoever asks: a password is derived with it")];

/// Bytes of a pad that are of its key; behind them it is 0x36 or 0x5c and nothing else.
const KEY_BYTES: usize = 32;

/// All there are now, but what callers bring themselves. Reads as the superuser.
pub fn secrets(root: &mut Tap, b: i32, brought: &BTreeSet<Vec<u8>>) -> Vec<Secret> {
    let columns = "select c.relname || '.' || a.attname, c.relname, a.attname from pg_attribute a \
         join pg_class c on c.oid = a.attrelid where c.relnamespace = 'shikiri_vault'::regnamespace \
         and c.relkind = 'r' and a.atttypid = 'bytea'::regtype and a.attnum > 0 order by 1";
    let mut secrets = Vec::new();
    for column in root.must(columns).chunks(3) {
        let [name, table, attribute] = column else { continue };
        if NO_SECRETS.iter().any(|it| it.0 == name) {
            continue;
        }
        let values = format!(
            "select encode({attribute}, 'hex'), coalesce(to_jsonb(t) ->> 'tenant_id', 'all') \
             from shikiri_vault.{table} t where {attribute} is not null"
        );
        for value in root.must(&values).chunks(2) {
            let bytes = hex::decode(&value[0]).expect("hex");
            let name = format!("{name} of {}", value[1]);
            if name.contains("_pad") {
                secrets.extend(of_pad(&name, &bytes));
            } else {
                secrets.push(Secret { name, bytes });
            }
        }
    }
    secrets.extend(of_other_biller(root, b));
    secrets.retain(|it| !brought.contains(&it.bytes));
    secrets
}

/// A pad, and the key that it is made of: both pads have one byte for the rest.
fn of_pad(name: &str, bytes: &[u8]) -> [Secret; 2] {
    let pad = bytes[..KEY_BYTES].to_vec();
    let rest = bytes[KEY_BYTES];
    let key = pad.iter().map(|it| it ^ rest).collect();
    [
        Secret { name: name.to_owned(), bytes: pad },
        Secret { name: format!("key of {name}"), bytes: key },
    ]
}

fn of_other_biller(root: &mut Tap, b: i32) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for (name, text) in [
        (
            "customer_name of B",
            "select distinct encode(convert_to(left(customer_name, 8), 'UTF8'), 'hex') from shikiri.slip",
        ),
        ("user_id of B", "select encode(uuid_send(user_id), 'hex') from shikiri.app_user"),
        (
            "session_id of B",
            "select encode(uuid_send(session_id), 'hex') from shikiri_vault.session",
        ),
    ] {
        let values = root.must(&format!("{text} where tenant_id = {b}"));
        assert!(!values.is_empty(), "{name}: there is none");
        let secret = |it: &String| hex::decode(it).expect("hex");
        secrets.extend(values.iter().map(|it| Secret { name: name.to_owned(), bytes: secret(it) }));
    }
    secrets
}

/// How many of each kind, in words.
pub fn told(secrets: &[Secret]) -> String {
    let mut kinds = BTreeMap::<&str, usize>::new();
    for secret in secrets {
        let name = secret.name.split(" of ").next().unwrap_or_default();
        *kinds
            .entry(if secret.name.starts_with("key") { "seal key" } else { name })
            .or_default() += 1;
    }
    kinds.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}
