//! Which jobs of this process run, and how many wait.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{Notify, Semaphore};

/// Runs jobs, a few at a time, in the order they came.
#[derive(Clone)]
pub struct Queue {
    permits: Arc<Semaphore>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    waiting: AtomicUsize,
    running: AtomicUsize,
    ended: Notify,
}

impl Queue {
    /// A queue that runs this many jobs at once.
    pub fn new(running_max: usize) -> Queue {
        Queue { permits: Arc::new(Semaphore::new(running_max.max(1))), counts: Arc::default() }
    }

    /// Jobs that wait, and jobs that run.
    pub fn gauge(&self) -> (usize, usize) {
        let counts = &self.counts;
        (counts.waiting.load(Ordering::Relaxed), counts.running.load(Ordering::Relaxed))
    }

    /// Takes a job. It belongs to the queue now: whoever ordered it may leave.
    pub fn push(&self, job: impl Future<Output = ()> + Send + 'static) {
        let queue = self.clone();
        queue.counts.waiting.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            let permit = queue.permits.acquire().await;
            queue.counts.running.fetch_add(1, Ordering::SeqCst);
            queue.counts.waiting.fetch_sub(1, Ordering::SeqCst);
            // The count must fall also when the job panics.
            let _ended = Ended(queue.counts.clone());
            job.await;
            drop(permit);
        });
    }

    /// Waits until nothing waits and nothing runs.
    pub async fn idle(&self) {
        loop {
            let ended = self.counts.ended.notified();
            if self.gauge() == (0, 0) {
                return;
            }
            ended.await;
        }
    }
}

struct Ended(Arc<Counts>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
        self.0.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::Queue;

    #[tokio::test]
    async fn no_more_than_the_limit_run_at_once_and_a_panic_frees_its_place() {
        let queue = Queue::new(2);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for n in 0..8 {
            let (now, most) = (now.clone(), most.clone());
            queue.push(async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                assert!(n != 3, "a job may panic");
            });
        }
        queue.idle().await;
        assert_eq!(most.load(Ordering::SeqCst), 2);
        assert_eq!(queue.gauge(), (0, 0));
    }
}
