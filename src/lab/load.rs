//! Registers the world's slips: each biller's clerk logs in and sends blocks, as a client would.

use std::{collections::BTreeSet, sync::Arc};

use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    auth::{KeyRing, VerifiedSession},
    domain::{NewSlip, SlipId},
    lab::{Person, Stage, StageError, world_of_2023::World2023},
    statements::{
        sessions::EndSession,
        slips::{NoteRegistered, RegisterSlips, TakenSlips},
    },
    wall::Pool,
};

/// Slips in one transaction.
const BLOCK_ROWS: usize = 2_500;

/// Billers that send at once.
const SENDERS_MAX: usize = 4;

/// Registers every slip that is not there yet; answers how many were not.
pub(super) async fn slips(stage: &Stage, world: &Arc<World2023>) -> Result<u32, StageError> {
    let mut parts: Vec<Vec<NewSlip>> = vec![Vec::new(); world.billers.len()];
    for it in &world.slips {
        parts[it.biller].push(it.slip.clone());
    }
    let permits = Arc::new(Semaphore::new(SENDERS_MAX));
    let mut senders = JoinSet::new();
    for (biller, slips) in parts.into_iter().enumerate() {
        let (pool, keys) = (stage.pool.clone(), stage.keys.clone());
        let (clerks, permits) = (stage.clerks.clone(), permits.clone());
        senders.spawn(async move {
            let _permit = permits.acquire().await;
            send(&pool, &keys, &clerks[biller], &slips).await
        });
    }
    let mut new = 0;
    while let Some(sent) = senders.join_next().await {
        new += sent.map_err(|_| StageError::Thread)??;
    }
    Ok(new)
}

async fn send(
    pool: &Pool,
    keys: &KeyRing,
    clerk: &Person,
    slips: &[NewSlip],
) -> Result<u32, StageError> {
    let session = clerk.enter(pool, keys).await?;
    let mut new = 0;
    for block in slips.chunks(BLOCK_ROWS) {
        new += register(pool, &session, block).await?;
    }
    // Whoever logs in as this clerk next must not be told of a session that nobody holds.
    let mut tx = pool.enter(&session).await?;
    tx.fetch_one(&EndSession { session_id: session.session_id() }).await?;
    tx.commit().await?;
    Ok(new)
}

/// Registers those of a block that are not there, in one transaction, with the event in the biller's audit chain.
pub(super) async fn register(
    pool: &Pool,
    session: &VerifiedSession,
    block: &[NewSlip],
) -> Result<u32, StageError> {
    let mut tx = pool.enter(session).await?;
    let taken = TakenSlips::new(block.iter().map(|it| &it.id));
    let taken: BTreeSet<SlipId> = tx.fetch(&taken).await?.into_iter().collect();
    let new: Vec<NewSlip> = block.iter().filter(|it| !taken.contains(&it.id)).cloned().collect();
    if !new.is_empty() {
        tx.fetch(&RegisterSlips::new(&new)).await?;
        tx.fetch_one(&NoteRegistered::new(new.iter().map(|it| &it.id))).await?;
    }
    tx.commit().await?;
    Ok(u32::try_from(new.len()).unwrap_or(u32::MAX))
}
