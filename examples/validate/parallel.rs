//! Runs that know nothing of each other, on as many threads as there are.

use std::sync::Mutex;
use std::thread;

/// What comes of each number, in the order of the numbers.
pub(crate) fn over<T: Send>(
    numbers: impl IntoIterator<Item = u64>,
    run: impl Fn(u64) -> Result<T, oikos::Error> + Sync,
) -> Result<Vec<T>, oikos::Error> {
    let waiting: Vec<u64> = numbers.into_iter().collect();
    let waiting = Mutex::new(waiting.into_iter().enumerate());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    let work = || {
        let mut done = Vec::new();
        while let Some((at, number)) = next() {
            done.push((at, run(number)));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut done = thread::scope(|scope| {
        let hands: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for hand in hands {
            match hand.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
