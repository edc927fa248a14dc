//! X17: the audit's question asked of a running service, through REST and the PDF of a list, as each probe biller.

use std::{io::Write, process::Stdio, time::Duration};

use serde_json::{Value, json};

use crate::{
    audit::{Evidence, Finding, Report, Severity, attempts::Untried},
    auth,
    cli::{Failure, admin},
    config::Env,
    dba::{
        Operator,
        catalog::{self, ProbeBiller},
    },
    http::client::Client,
    statements::operator::ResetUser,
};

/// How long an exported list may take.
const EXPORT: Duration = Duration::from_secs(60);

/// The login that probe billers have.
const LOGIN: &str = "audit";

/// One biller's look at the service.
struct Visit<'a> {
    base: &'a str,
    client: Client,
    own: &'a ProbeBiller,
    other: &'a ProbeBiller,
    report: &'a mut Report,
}

/// Asks as each probe biller, and adds what it saw to the report.
pub(super) async fn ask(base: &str, env: &Env, report: &mut Report) -> Result<(), Failure> {
    let operator_url = env.need("SHIKIRI_DATABASE_URL_OPERATOR")?;
    let app_url = env.need("SHIKIRI_DATABASE_URL_APP")?;
    let checker_url = env.get("SHIKIRI_DATABASE_URL_CHECKER");
    let probes = catalog::open_probes(operator_url, app_url, checker_url).await?;
    let mut operator = admin::operator(env).await?;
    let [a, b] = &probes;
    for (own, other) in [(a, b), (b, a)] {
        let password = reset(&mut operator, own).await?;
        let Some(client) = log_in(base, own, &password, report).await? else { continue };
        let mut visit = Visit { base, client, own, other, report };
        visit.reads().await;
        let export = visit.list().await;
        visit.lost_session(&password).await?;
        if let Some(href) = export {
            visit.call_back(&href).await;
        }
    }
    // The password of today is nobody's tomorrow.
    for it in &probes {
        reset(&mut operator, it).await?;
    }
    report.sort();
    Ok(())
}

/// A new password for the probe biller's login, kept in memory alone.
async fn reset(operator: &mut Operator, probe: &ProbeBiller) -> Result<String, Failure> {
    let (password, salt, verifier) = admin::random_password()?;
    let call = ResetUser {
        tenant_code: probe.tenant_code.clone(),
        login: LOGIN.to_owned(),
        salt: salt.0,
        kdf: auth::KDF.to_owned(),
        verifier: verifier.0,
    };
    match operator.call_one(&call).await?.as_str() {
        "reset" => Ok(password),
        other => {
            Err(format!("the probe biller {} has no login: {other}", probe.tenant_code).into())
        }
    }
}

/// A client with a token of this biller. None: the service gave none, and that is noted.
async fn log_in(
    base: &str,
    own: &ProbeBiller,
    password: &str,
    report: &mut Report,
) -> Result<Option<Client>, Failure> {
    let body = json!({
        "tenant_code": own.tenant_code, "login": LOGIN, "password": password, "on_conflict": "take_over",
    });
    let told = Client::new(base, "")?.ask("POST", "/v1/sessions", Some(&body)).await;
    let why = match told {
        Ok(told) => {
            let answer: Value = serde_json::from_slice(&told.body).unwrap_or_default();
            match answer["token"].as_str() {
                Some(token) => return Ok(Some(Client::new(base, token)?)),
                None => format!("the service answers {} to its login", told.status),
            }
        }
        Err(err) => err.to_string(),
    };
    untried(report, own, "POST /v1/sessions", &why);
    Ok(None)
}

fn untried(report: &mut Report, own: &ProbeBiller, object: &str, why: &str) {
    report.untried.push(Untried {
        rule: "X17".to_owned(),
        object: object.to_owned(),
        role: Some(format!("biller {}", own.tenant_code)),
        why: why.to_owned(),
    });
}

impl Visit<'_> {
    /// Every read there is, and those with the other's ids.
    async fn reads(&mut self) {
        let own = self.asked("GET", "/v1/slips?limit=100", None, &[200]).await;
        let sees_itself = self.own.canaries().iter().all(|it| own.contains(it.as_str()));
        if !sees_itself {
            untried(
                self.report,
                self.own,
                "GET /v1/slips",
                "it does not see its own rows: no zero is earned",
            );
        }
        let ids = self.other.slip_ids();
        for id in &ids {
            self.asked("GET", &format!("/v1/slips/{id}"), None, &[404]).await;
        }
        for number in self.other.canaries() {
            let target = format!("/v1/slips?customer_number={number}");
            let echoed = self.asked_for(&target, &number).await;
            if !echoed {
                untried(self.report, self.own, &target, "the answer is no list");
            }
        }
        for target in
            ["/v1/exports", "/v1/sessions", "/v1/me", "/v1/slip-imports", "/v1/payment-imports"]
        {
            self.asked("GET", target, None, &[200, 403, 404, 405]).await;
        }
        let all = json!({"report": "slip_list", "filter": {"all": true}});
        self.asked("POST", "/v1/previews", Some(&all), &[200, 201]).await;
    }

    /// The filter is repeated as it was understood: what is looked for must not stand anywhere but there.
    async fn asked_for(&mut self, target: &str, number: &str) -> bool {
        let Some((status, body)) = self.told("GET", target, None).await else { return true };
        let mut answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status != 200 || !answer.is_object() {
            return false;
        }
        answer["filter"] = Value::Null;
        self.judge(
            &format!("GET /v1/slips?customer_number={number}"),
            answer.to_string().as_bytes(),
        );
        true
    }

    /// A list of everything, from its order to the words of its PDF. The export's address, if there is one.
    async fn list(&mut self) -> Option<String> {
        let order = json!({
            "report": "slip_list", "filter": {"all": true}, "expect": {"rows": self.own.slip_ids().len()},
            "purpose": "audit",
        });
        let told = match self.client.ask("POST", "/v1/exports", Some(&order)).await {
            Ok(told) => told,
            Err(err) => {
                untried(self.report, self.own, "POST /v1/exports", &err.to_string());
                return None;
            }
        };
        self.judge("POST /v1/exports", &told.body);
        let Some(href) = told.location.filter(|_| told.status == 202) else {
            let why = format!("the service answers {} to the order of a list", told.status);
            untried(self.report, self.own, "POST /v1/exports", &why);
            return None;
        };
        if !self.is_ready(&href).await {
            return Some(href);
        }
        let target = format!("{href}/file");
        if let Some((200, file)) = self.told("GET", &target, None).await {
            self.judge(&target, &file);
            self.read_pages(file.to_vec()).await;
        } else {
            untried(self.report, self.own, &target, "the list cannot be fetched");
        }
        Some(href)
    }

    /// Watches until the export has ended.
    async fn is_ready(&mut self, href: &str) -> bool {
        let until = tokio::time::Instant::now() + EXPORT;
        let why = loop {
            let Some((_, body)) = self.told("GET", href, None).await else { return false };
            self.judge(href, &body);
            let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
            match answer["state"].as_str() {
                Some("ready") => return true,
                Some("queued" | "running" | "checking") if tokio::time::Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Some("queued" | "running" | "checking") => {
                    break "its list is not ready after a minute".to_owned();
                }
                other => break format!("its list ended as {}", other.unwrap_or("nothing")),
            }
        };
        untried(self.report, self.own, href, &why);
        false
    }

    /// The words on the pages, as poppler reads them.
    async fn read_pages(&mut self, file: Vec<u8>) {
        let object = "the PDF of the list";
        match tokio::task::spawn_blocking(move || words_of(&file)).await {
            Ok(Ok(text)) if self.own.canaries().iter().all(|it| text.contains(it.as_str())) => {
                self.judge(object, text.as_bytes());
            }
            Ok(Ok(_)) => untried(
                self.report,
                self.own,
                object,
                "its own rows are not on the pages: no zero is earned",
            ),
            Ok(Err(why)) => untried(self.report, self.own, object, &why),
            Err(_) => untried(self.report, self.own, object, "its pages could not be read"),
        }
    }

    /// The accident of 2023: a second login, and the first one asks for its list.
    async fn lost_session(&mut self, password: &str) -> Result<(), Failure> {
        let Some(second) = log_in(self.base, self.own, password, self.report).await? else {
            return Ok(());
        };
        for target in ["/v1/slips", "/v1/exports"] {
            self.asked("GET", target, None, &[401]).await;
        }
        self.client = second;
        Ok(())
    }

    /// The list is called back: nobody needs it.
    async fn call_back(&mut self, href: &str) {
        let body = json!({"reason": "audit"});
        let target = format!("{href}/recall");
        let why = match self.client.ask("POST", &target, Some(&body)).await {
            Ok(told) if (200..300).contains(&told.status) => return,
            Ok(told) => {
                format!("the service answers {}: the list stays until it expires", told.status)
            }
            Err(err) => err.to_string(),
        };
        untried(self.report, self.own, &format!("POST {target}"), &why);
    }

    /// Asks, looks for the other biller in the answer, and takes another status than these for an attempt that failed.
    async fn asked(
        &mut self,
        method: &str,
        target: &str,
        body: Option<&Value>,
        ends: &[u16],
    ) -> String {
        let Some((status, answer)) = self.told(method, target, body).await else {
            return String::new();
        };
        let object = format!("{method} {target}");
        self.judge(&object, &answer);
        if status == 200 && !ends.contains(&200) {
            self.found(&object, "is answered, and must not be");
        } else if !ends.contains(&status) {
            untried(self.report, self.own, &object, &format!("the service answers {status}"));
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn told(
        &mut self,
        method: &str,
        target: &str,
        body: Option<&Value>,
    ) -> Option<(u16, bytes::Bytes)> {
        self.report.tally.tried += 1;
        match self.client.ask(method, target, body).await {
            Ok(told) => Some((told.status, told.body)),
            Err(err) => {
                untried(self.report, self.own, &format!("{method} {target}"), &err.to_string());
                None
            }
        }
    }

    /// Nothing that only the other biller has may stand in an answer.
    fn judge(&mut self, object: &str, answer: &[u8]) {
        let text = String::from_utf8_lossy(answer);
        if self.other.canaries().iter().any(|it| text.contains(it.as_str())) {
            self.found(object, "shows data of another biller");
        } else {
            self.report.tally.filtered += 1;
        }
    }

    fn found(&mut self, object: &str, what: &str) {
        self.report.tally.leaked += 1;
        let role = format!("biller {}", self.own.tenant_code);
        let mut finding = Finding::new(
            "X17",
            Severity::Critical,
            object,
            Some(&role),
            format!("{object} {what}"),
        );
        finding.evidence = Some(Evidence {
            role,
            context: "over HTTP".to_owned(),
            sql: object.to_owned(),
            rows: 1,
            sample_hash: None,
        });
        finding.reproduce = format!(
            "# with a token of one probe biller\ncurl -H \"authorization: Bearer $token\" {}…",
            self.base
        );
        finding.fix = "shikiri audit --writes # where the database is whole, the fault is in the program: stop it".to_owned();
        self.report.findings.push(finding);
    }
}

/// Reads a PDF's text with poppler's pdftotext.
fn words_of(file: &[u8]) -> Result<String, String> {
    let run = std::process::Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut run =
        run.map_err(|err| format!("pdftotext (poppler-utils) cannot be started: {err}"))?;
    let sent = run.stdin.take().map(|mut it| it.write_all(file));
    let read = run.wait_with_output().map_err(|err| format!("pdftotext: {err}"))?;
    if !matches!(sent, Some(Ok(()))) || !read.status.success() {
        return Err("pdftotext cannot read the file".to_owned());
    }
    Ok(String::from_utf8_lossy(&read.stdout).into_owned())
}
