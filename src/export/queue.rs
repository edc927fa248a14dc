//! Which jobs of this process run, and how many wait. Fair between billers: each in its turn gives one job.

use std::{
    collections::{HashMap, VecDeque},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::domain::TenantId;

/// Jobs of one biller that run at once. The database holds to the same number over all processes.
const RUNNING_OF_TENANT_MAX: usize = 2;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs jobs, a few at a time.
#[derive(Clone)]
pub struct Queue {
    inner: Arc<Inner>,
}

struct Inner {
    running_max: usize,
    state: Mutex<State>,
    ended: Notify,
}

#[derive(Default)]
struct State {
    /// Billers with jobs that wait, each once; the first is the next to give one.
    turns: VecDeque<TenantId>,
    waiting: HashMap<TenantId, VecDeque<Task>>,
    running: HashMap<TenantId, usize>,
    running_all: usize,
    waiting_all: usize,
    /// Somebody starts jobs.
    starting: bool,
}

impl State {
    /// Takes the next job whose biller may run one more.
    fn next(&mut self) -> Option<(TenantId, Task)> {
        let free =
            |it: &TenantId| self.running.get(it).copied().unwrap_or(0) < RUNNING_OF_TENANT_MAX;
        let at = self.turns.iter().position(free)?;
        let tenant = self.turns.remove(at)?;
        let jobs = self.waiting.get_mut(&tenant)?;
        let task = jobs.pop_front()?;
        if jobs.is_empty() {
            self.waiting.remove(&tenant);
        } else {
            self.turns.push_back(tenant);
        }
        self.waiting_all -= 1;
        self.running_all += 1;
        *self.running.entry(tenant).or_default() += 1;
        Some((tenant, task))
    }

    fn put(&mut self, tenant: TenantId, task: Task) {
        let jobs = self.waiting.entry(tenant).or_default();
        if jobs.is_empty() {
            self.turns.push_back(tenant);
        }
        jobs.push_back(task);
    }
}

impl Queue {
    /// A queue that runs this many jobs at once.
    pub fn new(running_max: usize) -> Queue {
        let running_max = running_max.max(1);
        let (state, ended) = (Mutex::default(), Notify::new());
        Queue { inner: Arc::new(Inner { running_max, state, ended }) }
    }

    /// Jobs that wait, and jobs that run.
    pub fn gauge(&self) -> (usize, usize) {
        let state = self.lock();
        (state.waiting_all, state.running_all)
    }

    /// Takes a job. It belongs to the queue now: whoever ordered it may leave.
    pub fn push(&self, tenant: TenantId, job: impl Future<Output = ()> + Send + 'static) {
        {
            let mut state = self.lock();
            state.waiting_all += 1;
            state.put(tenant, Box::pin(job));
        }
        self.start();
    }

    /// Takes a job that may not run before a while has passed. It counts as waiting.
    pub fn push_later(
        &self,
        tenant: TenantId,
        job: impl Future<Output = ()> + Send + 'static,
        delay: Duration,
    ) {
        self.lock().waiting_all += 1;
        let queue = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            queue.lock().put(tenant, Box::pin(job));
            queue.start();
        });
    }

    /// Waits until nothing waits and nothing runs.
    pub async fn idle(&self) {
        loop {
            let ended = self.inner.ended.notified();
            tokio::pin!(ended);
            // Registered before the look, so that no end is missed between the two.
            ended.as_mut().enable();
            if self.gauge() == (0, 0) {
                return;
            }
            ended.await;
        }
    }

    /// Starts as many as may run.
    fn start(&self) {
        if std::mem::replace(&mut self.lock().starting, true) {
            // Whoever does it looks again before it ends.
            return;
        }
        while let Some((tenant, task)) = self.next() {
            // The place must come back also when the job panics.
            let place = Place { queue: self.clone(), tenant };
            // Not under the lock: a runtime that shuts down drops the task here, and the place with it.
            tokio::spawn(async move {
                let _place = place;
                task.await;
            });
        }
    }

    fn next(&self) -> Option<(TenantId, Task)> {
        let mut state = self.lock();
        let free = state.running_all < self.inner.running_max;
        let next = if free { state.next() } else { None };
        state.starting = next.is_some();
        next
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Place {
    queue: Queue,
    tenant: TenantId,
}

impl Drop for Place {
    fn drop(&mut self) {
        {
            let mut state = self.queue.lock();
            state.running_all -= 1;
            if let Some(running) = state.running.get_mut(&self.tenant) {
                *running -= 1;
                if *running == 0 {
                    state.running.remove(&self.tenant);
                }
            }
        }
        // A runtime that shuts down drops its tasks: there is nobody left to start others.
        if tokio::runtime::Handle::try_current().is_ok() {
            self.queue.start();
        }
        self.queue.inner.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use super::Queue;
    use crate::domain::TenantId;

    #[tokio::test]
    async fn no_more_than_the_limit_run_at_once_and_a_panic_frees_its_place() {
        let queue = Queue::new(3);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for n in 0..12 {
            let (now, most) = (now.clone(), most.clone());
            queue.push(TenantId(n % 4), async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                assert!(n != 3, "a job may panic");
            });
        }
        queue.idle().await;
        assert_eq!(most.load(Ordering::SeqCst), 3);
        assert_eq!(queue.gauge(), (0, 0));
    }

    #[tokio::test]
    async fn one_biller_runs_two_at_once_however_many_places_are_free() {
        let queue = Queue::new(8);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for _ in 0..6 {
            let (now, most) = (now.clone(), most.clone());
            queue.push(TenantId(1), async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
                now.fetch_sub(1, Ordering::SeqCst);
            });
        }
        queue.idle().await;
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_biller_with_one_job_does_not_wait_behind_ten_of_another() {
        let queue = Queue::new(1);
        let order = Arc::new(Mutex::new(Vec::new()));
        let push = |tenant: i32| {
            let order = order.clone();
            queue.push(TenantId(tenant), async move {
                tokio::time::sleep(Duration::from_millis(2)).await;
                order.lock().expect("nobody panics").push(tenant);
            });
        };
        (0..10).for_each(|_| push(1));
        push(2);
        push(3);
        push(3);
        queue.idle().await;
        let order = order.lock().expect("nobody panics").clone();
        assert_eq!(order, [1, 1, 2, 3, 1, 3, 1, 1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_runtime_that_ends_ends_with_jobs_that_run_and_jobs_that_wait() {
        let (ended, end) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("starts");
            let queue = Queue::new(2);
            runtime.block_on(async {
                (0..9).for_each(|n| queue.push(TenantId(n), std::future::pending()));
                tokio::task::yield_now().await;
            });
            drop(runtime);
            ended.send(queue.gauge()).expect("somebody waits");
        });
        // Under its own lock it waited here for ever.
        let gauge = end.recv_timeout(Duration::from_secs(30)).expect("it ends");
        assert_eq!(gauge, (0, 0));
    }

    #[tokio::test]
    async fn a_job_that_is_put_off_counts_as_waiting_and_runs() {
        let queue = Queue::new(1);
        let ran = Arc::new(AtomicUsize::new(0));
        let count = ran.clone();
        queue.push_later(
            TenantId(1),
            async move {
                count.fetch_add(1, Ordering::SeqCst);
            },
            Duration::from_millis(20),
        );
        assert_eq!(queue.gauge(), (1, 0));
        queue.idle().await;
        assert_eq!((ran.load(Ordering::SeqCst), queue.gauge()), (1, (0, 0)));
    }
}
