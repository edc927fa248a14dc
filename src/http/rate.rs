//! Token buckets: how much a biller, or an address, may ask.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// Keys that are remembered at most. Those beyond it share one bucket.
const KEYS_MAX: usize = 10_000;

/// How a bucket fills.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Tokens that come back in a minute.
    pub per_minute: u32,
    /// Tokens that it holds.
    pub burst: u32,
}

/// An address, as far as one customer of a network has one: IPv4 whole, IPv6 its first 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Address(u64, bool);

impl From<IpAddr> for Address {
    fn from(it: IpAddr) -> Address {
        match it.to_canonical() {
            IpAddr::V4(it) => Address(u64::from(it.to_bits()), false),
            IpAddr::V6(it) => Address((it.to_bits() >> 64) as u64, true),
        }
    }
}

/// What became of a wish for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub allowed: bool,
    /// Whole tokens that are left.
    pub remaining: u32,
    /// Seconds until there is a token again; at least 1.
    pub retry_after_s: u64,
    /// Seconds until the bucket is full.
    pub refill_s: u64,
    pub burst: u32,
    /// Seconds in which an empty bucket fills.
    pub window_s: u64,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

/// A bucket for each key.
pub(super) struct Buckets<K> {
    rate: Rate,
    buckets: Mutex<HashMap<Option<K>, Bucket>>,
}

impl<K: Eq + Hash> Buckets<K> {
    pub fn new(rate: Rate) -> Buckets<K> {
        Buckets { rate, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes a token of this key's bucket, if there is one.
    pub fn take(&self, key: K) -> Taken {
        self.take_at(key, Instant::now())
    }

    fn take_at(&self, key: K, now: Instant) -> Taken {
        let burst = f64::from(self.rate.burst.max(1));
        let per_second = f64::from(self.rate.per_minute.max(1)) / 60.0;
        let filled = |it: &Bucket| {
            let since = now.saturating_duration_since(it.at).as_secs_f64();
            (it.tokens + since * per_second).min(burst)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = Some(key);
        if KEYS_MAX <= buckets.len() && !buckets.contains_key(&key) {
            buckets.retain(|_, it| filled(it) < burst);
            if KEYS_MAX <= buckets.len() {
                key = None;
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: burst, at: now });
        let mut tokens = filled(bucket);
        let allowed = 1.0 <= tokens;
        if allowed {
            tokens -= 1.0;
        }
        *bucket = Bucket { tokens, at: now };
        let seconds = |wanted: f64| ((wanted - tokens).max(0.0) / per_second).ceil() as u64;
        Taken {
            allowed,
            remaining: tokens as u32,
            retry_after_s: seconds(1.0).max(1),
            refill_s: seconds(burst),
            burst: self.rate.burst,
            window_s: (burst / per_second).ceil() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::IpAddr,
        time::{Duration, Instant},
    };

    use super::{Address, Buckets, KEYS_MAX, Rate};

    const RATE: Rate = Rate { per_minute: 60, burst: 3 };

    #[test]
    fn a_bucket_empties_refuses_and_fills_again() {
        let (buckets, start) = (Buckets::new(RATE), Instant::now());
        let left: Vec<u32> = (0..3).map(|_| buckets.take_at(7, start).remaining).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = buckets.take_at(7, start);
        assert!(!refused.allowed);
        assert_eq!((refused.retry_after_s, refused.refill_s, refused.window_s), (1, 3, 3));
        assert!(buckets.take_at(8, start).allowed, "another key has its own bucket");
        let later = start + Duration::from_secs(1);
        assert!(buckets.take_at(7, later).allowed);
        assert!(!buckets.take_at(7, later).allowed);
    }

    #[test]
    fn memory_is_bounded_and_the_keys_beyond_share_a_bucket() {
        let (buckets, start) = (Buckets::new(RATE), Instant::now());
        for key in 0..KEYS_MAX + 100 {
            buckets.take_at(key, start);
        }
        assert!(buckets.buckets.lock().expect("no panic").len() <= KEYS_MAX + 1);
        assert!(!buckets.take_at(KEYS_MAX + 200, start).allowed);
        // When the others are full again they are forgotten, and a new key has its own.
        let later = start + Duration::from_secs(60);
        assert_eq!(buckets.take_at(KEYS_MAX + 200, later).remaining, 2);
    }

    #[test]
    fn one_network_of_ipv6_is_one_address() {
        let address = |text: &str| Address::from(text.parse::<IpAddr>().expect("an address"));
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        assert_ne!(address("192.0.2.1"), address("192.0.2.2"));
    }
}
