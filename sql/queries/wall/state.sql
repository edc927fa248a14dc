-- What the wall looks like now, and what it looked like when it was deployed.
select w.live_digest, w.deployed_digest, w.source_digest, w.server_version_num, w.seal from shikiri_seal.wall_state() w
