#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <limits.h>
#include <link.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

int platform_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int platform_reset_at_close(int descriptor) {
  struct linger none = {.l_onoff = 1, .l_linger = 0};
  return setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

const void *platform_find(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size) {
  return memmem(haystack, haystack_size, needle, needle_size);
}

void platform_fill_random(void *bytes, size_t size) {
  char *next = bytes;
  while (size > 0) {
    ssize_t filled = getrandom(next, size, 0);
    if (filled < 0) {
      // Without random bytes no key is safe, and the kernel gives them or does not exist.
      if (errno != EINTR) abort();
      continue;
    }
    next += filled;
    size -= (size_t)filled;
  }
}

void platform_error_text(int code, char *text, size_t size) {
  char scratch[256];
  snprintf(text, size, "%s", strerror_r(code, scratch, sizeof scratch));
}

size_t platform_pipe_buffer(void) { return PIPE_BUF; }

int platform_open_terminal(int *controller, int *terminal) {
  return openpty(controller, terminal, NULL, NULL, NULL);
}

// Only what is mapped without permission to write: such pages are the file's own, so dropping them loses nothing. The
// pages that relocation wrote to belong to writable segments.
static int release_segments(struct dl_phdr_info *object, size_t size, void *unused) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
    uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
    uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
    madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void platform_release_code(void) { dl_iterate_phdr(release_segments, NULL); }
