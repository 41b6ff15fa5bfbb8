#define _GNU_SOURCE
#include "CBench.h"

#include <sched.h>

/// Where the process might run before it was first pinned.
static cpu_set_t all;
static int all_is_known;

static int learn_all(void) {
  if (all_is_known) return 0;
  if (sched_getaffinity(0, sizeof all, &all) != 0) return -1;
  all_is_known = 1;
  return 0;
}

int bench_pin_to_core(int core) {
  if (learn_all() != 0) return -1;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  return sched_setaffinity(0, sizeof one, &one);
}

int bench_unpin(void) { return learn_all() != 0 ? -1 : sched_setaffinity(0, sizeof all, &all); }

int bench_last_core(void) {
  if (learn_all() != 0) return -1;
  for (int core = CPU_SETSIZE - 1; core >= 0; core--) {
    if (CPU_ISSET(core, &all)) return core;
  }
  return -1;
}
