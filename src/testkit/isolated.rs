//! `assert_isolated!`: is a table of yours behind the wall?

use crate::{
    auth::VerifiedSession,
    dba::{
        catalog::Login,
        probe::{self, Look},
    },
    testkit::World,
};

/// Looks at a table as two billers and as nobody, and panics unless each sees its own rows only.
///
/// Use it through [`assert_isolated!`](crate::assert_isolated).
///
/// # Panics
/// When a biller sees a row of another, when a look without a seal is not refused, or when the check
/// would be empty because one of the billers has no row at all.
pub async fn check(
    world: &World,
    table: &str,
    column: &str,
    a: &VerifiedSession,
    b: &VerifiedSession,
) {
    assert_ne!(a.tenant_id(), b.tenant_id(), "the two sessions must be of two billers");
    let url = world.url(Login::App);
    for (who, session) in [("the first biller", a), ("the second biller", b)] {
        let look = probe::look_as(&url, session, table, column).await;
        match look.unwrap_or_else(|err| panic!("{table}: {err}")) {
            Look::Rows { own: 0, .. } => {
                panic!("{table}: {who} has no row: put one in, or this proves nothing")
            }
            Look::Rows { other: 0, .. } => {}
            Look::Rows { other, .. } => panic!("{table}: {who} sees {other} rows of others"),
            Look::Refused(code) => panic!("{table}: {who} is refused ({code})"),
        }
    }
    let look = probe::look_unbound(&url, table, column).await;
    match look.unwrap_or_else(|err| panic!("{table}: {err}")) {
        Look::Refused(code) if code == "SK001" || code == "42501" => {}
        Look::Refused(code) => {
            panic!("{table}: a look without a seal gives {code}, not SK001 or 42501")
        }
        Look::Rows { own, other } => {
            panic!(
                "{table}: a look without a seal answers {} rows; it must be an error",
                own + other
            )
        }
    }
}

/// Panics unless each of two billers sees its own rows of a table only, and nobody sees any without a seal.
///
/// ```no_run
/// # async fn example() {
/// use shikiri::testkit::{A, B, World};
/// let world = World::new().await;
/// let (a, b) = (world.login(&A, "clerk").await, world.login(&B, "clerk").await);
/// shikiri::assert_isolated!(world, "shikiri.slip", a, b);
/// # }
/// ```
#[macro_export]
macro_rules! assert_isolated {
    ($world:expr, $table:expr, $a:expr, $b:expr $(,)?) => {
        $crate::testkit::check_isolated(&$world, $table, "tenant_id", &$a, &$b).await
    };
}
