//! What voiding and reissuing have in common: the slip as it is, compared with what the caller saw.

use time::Date;

use crate::{
    domain::{SlipId, StandingSlip},
    http::{
        etag::{self, IfMatch},
        problem::{INTERNAL, NOT_FOUND, Problem, WRONG_STATE},
        slips::Slip,
    },
    statements::slips::GetSlip,
    wall::SealedTx,
};

/// The slip, if it may be withdrawn and is what the caller saw.
///
/// # Errors
/// When it is not there, not what was seen, withdrawn before, or paid.
pub(super) async fn open_slip(
    tx: &mut SealedTx,
    id: Option<&SlipId>,
    if_match: &IfMatch,
    today: Date,
) -> Result<StandingSlip, Problem> {
    let not_found = || Problem::new(&NOT_FOUND);
    let get = GetSlip::new(id.ok_or_else(not_found)?);
    let slip = tx.fetch(&get).await?.pop().ok_or_else(not_found)?;
    if_match.check(&etag::of(&Slip::on(&slip, today))?)?;
    let state = slip.state(today);
    if state.is_open() {
        Ok(slip)
    } else {
        Err(Problem::new(&WRONG_STATE).with("state", state.as_str()))
    }
}

/// The slip that an earlier request with the same key ended in.
///
/// # Errors
/// When what was remembered is no slip: a fault of ours.
pub(super) async fn of_key(tx: &mut SealedTx, ids: &[String]) -> Result<StandingSlip, Problem> {
    let lost = || Problem::new(&INTERNAL).because("a key remembers no slip");
    let id = ids.first().and_then(|it| SlipId::parse(it).ok()).ok_or_else(lost)?;
    get(tx, &id).await
}

/// A slip that must be there.
///
/// # Errors
/// When it is not.
pub(super) async fn get(tx: &mut SealedTx, id: &SlipId) -> Result<StandingSlip, Problem> {
    Ok(tx.fetch_one(&GetSlip::new(id)).await?)
}
