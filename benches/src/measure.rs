//! How the benchmarks that are programs of their own measure time and memory.

#![expect(clippy::disallowed_types, reason = "a stopwatch")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// The system's allocator, which counts the bytes that are allocated at a time. A benchmark declares it as
/// its global allocator and asks [`allocated`].
pub struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "a global allocator is unsafe by nature")]
// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Bytes that are allocated now, where [`Counting`] is the global allocator.
#[must_use]
pub fn allocated() -> usize {
    ALLOCATED.load(Ordering::Relaxed)
}

/// What a run takes, in seconds, and gives.
pub fn timed<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed().as_secs_f64(), result)
}

/// The shortest of three runs, in seconds.
pub fn best<T>(mut run: impl FnMut() -> T) -> f64 {
    const RUNS: usize = 3;
    let time = || timed(|| drop(std::hint::black_box(run()))).0;
    let runs = std::iter::repeat_with(time).take(RUNS);
    runs.fold(f64::INFINITY, f64::min)
}
