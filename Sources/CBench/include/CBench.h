#ifndef CBENCH_H
#define CBENCH_H

// What measuring needs of the system and Swift's Glibc module does not show. Each returns -1 and sets errno when it fails.

/// Binds this process, and what it starts from here on, to one core.
int bench_pin_to_core(int core);

/// Lets this process run on every core it ran on at first.
int bench_unpin(void);

/// The last core this process may run on.
int bench_last_core(void);

#endif
