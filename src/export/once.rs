//! A request that is made twice makes one thing.

use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::ExportId,
    export::IdempotencyKey,
    statements::idempotency::{ExpireKeys, FindKey, PutKey},
    wall::{self, SealedTx},
};

/// What a key says of a request.
pub(super) enum Known {
    /// It is new.
    New,
    /// It made this before.
    Made(ExportId),
    /// It was used for another request.
    Reused,
}

/// Looks a key up.
pub(super) async fn find(
    tx: &mut SealedTx,
    session: &VerifiedSession,
    key: &IdempotencyKey,
) -> Result<Known, wall::Error> {
    tx.fetch(&ExpireKeys {}).await?;
    let find = FindKey {
        user_id: session.user_id().0,
        route: key.route.clone(),
        idempotency_key: key.key.clone(),
    };
    let Some(before) = tx.fetch(&find).await?.pop() else { return Ok(Known::New) };
    let id = before.result_ids.first().and_then(|it| Uuid::parse_str(it).ok());
    Ok(match id {
        Some(id) if before.body_digest == key.body_digest => Known::Made(ExportId(id)),
        _ => Known::Reused,
    })
}

/// Remembers what a request makes, in its transaction. [`wall::Error::Taken`]: it is being made right now.
pub(super) async fn put(
    tx: &mut SealedTx,
    session: &VerifiedSession,
    key: IdempotencyKey,
    id: ExportId,
) -> Result<(), wall::Error> {
    let put = PutKey {
        user_id: session.user_id().0,
        route: key.route,
        idempotency_key: key.key,
        body_digest: key.body_digest.to_vec(),
        result_ids: vec![id.0.to_string()],
    };
    tx.fetch(&put).await.map(|_| ())
}
