//! What is attacked: the wall, the wall with the second tier, or the naive schema.

use shikiri::{
    dba::catalog::{Login, Seal},
    domain::OnConflict,
    statements::sessions::LoginOutcome,
    testkit::{A, B, Biller, PASSWORD, World},
};

use super::wire::Wire;

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Wall,
    Hardened,
    Naive,
}

/// Where to attack, and with what.
#[derive(Clone)]
pub struct Target {
    pub kind: Kind,
    /// How the seal is held; in the naive schema it is a setting of anybody's.
    pub seal: Seal,
    /// The application's login.
    pub app: String,
    pub superuser: String,
    pub a: Party,
    pub b: Party,
}

/// One of the two billers.
#[derive(Debug, Clone)]
pub struct Party {
    pub tenant_id: i32,
    pub user_id: String,
    pub session_id: String,
    /// What its request brings: a session's secret, or in the naive schema its tenant id.
    pub secret: String,
    /// One of its bill numbers.
    pub bill: String,
}

/// A bill number that nobody has.
pub const NO_BILL: &str = "9999999999999999";

impl Target {
    /// The wall of a world, with a fresh session of the clerk of A and of B.
    pub async fn wall(world: &World) -> Target {
        let mut root = Wire::connect(&world.superuser_url()).await;
        let seal = match root.value("select shikiri_vault.seal_way()").await.as_str() {
            "parameter" => Seal::Parameter,
            "mac" => Seal::Mac,
            other => panic!("held how? {other}"),
        };
        Target {
            kind: Kind::Wall,
            seal,
            app: world.url(Login::App),
            superuser: world.superuser_url(),
            a: party(world, &A, "clerk", "0000000000000000").await,
            b: party(world, &B, "clerk", "0000000000000001").await,
        }
    }

    /// Writes in the names and numbers of this target.
    pub fn fill(&self, text: &str) -> String {
        let names = match self.kind {
            Kind::Naive => text
                .replace("shikiri_app", "naive_app")
                .replace("shikiri.", "naive.")
                .replace("'shikiri'", "'naive'"),
            Kind::Wall | Kind::Hardened => text.to_owned(),
        };
        names
            .replace(":secret_of_a", &self.a.secret)
            .replace(":secret_of_b", &self.b.secret)
            .replace(":user_of_b", &self.b.user_id)
            .replace(":bill_of_a", &format!("'{}'", self.a.bill))
            .replace(":bill_of_b", &format!("'{}'", self.b.bill))
            .replace(":bill_of_nobody", &format!("'{NO_BILL}'"))
            .replace(":id_of_a", &self.a.tenant_id.to_string())
            .replace(":id_of_b", &self.b.tenant_id.to_string())
    }

    /// The same text for every bill number, constant and tenant id that the attacker wrote himself:
    /// what is left is what he could learn.
    pub fn blur(&self, text: &str) -> String {
        let mut res = String::new();
        for (n, part) in text.split('\'').enumerate() {
            res.push_str(if n % 2 == 0 { part } else { "'N'" });
        }
        for bill in [self.a.bill.as_str(), self.b.bill.as_str(), NO_BILL] {
            res = res.replace(bill, "N");
        }
        for id in [self.a.tenant_id, self.b.tenant_id] {
            res = res.replace(&format!(" = {id})"), " = T)");
        }
        res
    }
}

/// Logs in, in the way a client does, and keeps what a client gets.
pub async fn party(world: &World, biller: &Biller, login: &str, bill: &str) -> Party {
    let outcome = world.try_login(biller.code, login, PASSWORD, OnConflict::TakeOver).await;
    let opened = match outcome {
        Ok(LoginOutcome::Opened(opened)) => opened,
        Ok(_) => panic!("{} opens no session", biller.code),
        Err(err) => panic!("{} cannot log in: {err:?}", biller.code),
    };
    Party {
        tenant_id: opened.tenant_id.0,
        user_id: opened.user_id.0.to_string(),
        session_id: opened.session_id.to_string(),
        secret: opened.secret,
        bill: bill.to_owned(),
    }
}
