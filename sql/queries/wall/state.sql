-- What the wall looks like now, what it looked like when it was deployed, and what differs, if anything does.
select
    w.live_digest,
    w.deployed_digest,
    w.source_digest,
    w.server_version_num,
    w.seal,
    array(
        select d.difference
        from shikiri_seal.wall_differences() d (difference)
        where w.live_digest <> w.deployed_digest
        order by d.difference
    ) as differences
from shikiri_seal.wall_state() w
